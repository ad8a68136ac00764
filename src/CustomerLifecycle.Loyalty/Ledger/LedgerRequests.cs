namespace CustomerLifecycle.Loyalty;

/// <summary>What stands for a command when its key is said again. Key, expected version and clock are no part of it; a default said is a default left out.</summary>
internal static class LedgerRequests
{
    public static RequestHash Of(LedgerCommand command)
    {
        var hasher = RequestHasher.Start(PostingKinds.Code(command.Kind));
        if (command is MemberCommand member)
        {
            hasher.Add(member.Member);
            hasher.Add(command.Currency);
        }

        if (command is ReferringCommand referring) hasher.Add(referring.Reference);
        switch (command)
        {
            case EarnPoints earn:
                Add(ref hasher, earn.Amount);
                Add(ref hasher, earn.Effective);
                hasher.Add(earn.Expiry.IsOwn);
                if (earn.Expiry.IsOwn) Add(ref hasher, earn.Expiry.Expires);
                hasher.Add(earn.Pending);
                break;
            case EarnOrder order:
                hasher.AddCount(order.Lines.Count);
                foreach (var line in order.Lines)
                {
                    hasher.Add(line.Net);
                    hasher.Add(line.Category);
                }

                Add(ref hasher, order.Effective);
                break;
            case RedeemPoints redeem:
                Add(ref hasher, redeem.Amount);
                Add(ref hasher, redeem.Effective);
                break;
            case ReservePoints reserve:
                Add(ref hasher, reserve.Amount);
                Add(ref hasher, reserve.Effective);
                Add(ref hasher, reserve.Timeout);
                break;
            case CaptureHold capture:
                Add(ref hasher, capture.Amount);
                break;
            case RefundEarn refund:
                Add(ref hasher, refund.Amount);
                break;
            case RefundRedemption refund:
                Add(ref hasher, refund.Amount);
                break;
            case RefundOrder refund:
                // Returns of one line, said together or apart and in any order, mean the same.
                var lines = refund.Lines.GroupBy(static line => line.Line).OrderBy(static line => line.Key).ToList();
                hasher.AddCount(lines.Count);
                foreach (var line in lines)
                {
                    hasher.Add(line.Key);
                    if (Sum(line) is { } sum) hasher.Add(sum);
                    else hasher.Add("too large");
                }

                break;
            case AdjustPoints adjust:
                Add(ref hasher, adjust.Amount);
                hasher.Add(adjust.AllowNegative);
                break;
            case TransferPoints transfer:
                hasher.Add(transfer.To);
                Add(ref hasher, transfer.Amount);
                break;
            case JoinHousehold join:
                hasher.Add(join.Household);
                hasher.Add(join.MayRedeem);
                break;
            case RedeemPooledPoints redeem:
                hasher.Add("pooled");
                Add(ref hasher, redeem.Amount);
                break;
            case ReservePooledPoints reserve:
                hasher.Add("pooled");
                Add(ref hasher, reserve.Amount);
                Add(ref hasher, reserve.Timeout);
                break;
            case MergeMembers merge:
                hasher.Add(merge.Into);
                break;
        }

        return hasher.ToHash();
    }

    /// <summary>The money returned for one line; null for more than a decimal can say, which no line is worth.</summary>
    private static decimal? Sum(IEnumerable<ReturnedLine> parts)
    {
        var sum = 0m;
        foreach (var part in parts)
        {
            // Only amounts above 0 are ever accepted, so what the others add up to decides about nothing.
            if (part.Net > 0 ? sum > decimal.MaxValue - part.Net : sum < decimal.MinValue - part.Net) return null;
            sum += part.Net;
        }

        return sum;
    }

    private static void Add(ref RequestHasher hasher, PointAmount? amount)
    {
        if (amount is { IsTooLarge: false } value) hasher.Add(value.Count);
        else if (amount is null) hasher.AddMissing();
        else hasher.Add("too large");
    }

    private static void Add(ref RequestHasher hasher, Instant? instant)
    {
        if (instant is { } value) hasher.Add(value);
        else hasher.AddMissing();
    }

    private static void Add(ref RequestHasher hasher, Duration? duration)
    {
        if (duration is { } value) hasher.Add(NodaConstants.UnixEpoch + value);
        else hasher.AddMissing();
    }
}
