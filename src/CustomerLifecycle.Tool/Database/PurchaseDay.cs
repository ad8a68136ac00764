namespace CustomerLifecycle.Tool;

/// <summary>A customer's purchase day before and after an import.</summary>
/// <param name="Day">In days since 1970.</param>
/// <param name="WasKnown">Whether it was a purchase day before.</param>
/// <param name="Before">What was bought on it before, refunds aside.</param>
/// <param name="After">What was bought on it with the import.</param>
internal readonly record struct PurchaseDay(int Day, bool WasKnown, decimal Before, decimal After)
{
    /// <summary>The days on which an import brought purchases, oldest first.</summary>
    public static List<PurchaseDay> Of(CustomerPurchases history, int import)
    {
        var days = new List<PurchaseDay>();
        var purchases = history.Purchases;
        for (var i = 0; i < purchases.Length;)
        {
            var day = purchases[i].Row.Day;
            decimal before = 0, brought = 0;
            bool wasKnown = false, isTouched = false;
            for (; i < purchases.Length && purchases[i].Row.Day == day; i++)
            {
                var purchase = purchases[i];
                if (purchase.Row.Amount < 0 || purchase.Import > import) continue;
                if (purchase.Import == import)
                {
                    isTouched = true;
                    brought += purchase.Row.Amount;
                }
                else
                {
                    wasKnown = true;
                    before += purchase.Row.Amount;
                }
            }

            if (isTouched) days.Add(new(day, wasKnown, before, before + brought));
        }

        return days;
    }
}
