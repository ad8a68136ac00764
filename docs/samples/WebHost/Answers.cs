using CustomerLifecycle;
using Microsoft.AspNetCore.Diagnostics;
using NodaTime;
using NodaTime.Text;

namespace WebHost;

/// <summary>"No" over HTTP, as problem details (RFC 9457): the code for programs, the sentence for people, what is missing as data.</summary>
internal static class Answers
{
    /// <summary>Everything that is wrong, by place.</summary>
    public static IResult Invalid(IEnumerable<Finding> findings) => Results.ValidationProblem(findings
        .GroupBy(finding => finding.Place, StringComparer.Ordinal)
        .ToDictionary(place => place.Key, place => place.Select(finding => $"{finding.Code}: {finding.Advice}").ToArray(), StringComparer.Ordinal));

    public static string Time(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    public static IResult Unknown() => Results.Problem("Nothing is known of this customer.", statusCode: StatusCodes.Status404NotFound);

    public static IResult Refused(Refusal refusal) => Results.Problem(
        refusal.Message,
        statusCode: refusal.Code is "ledger.idempotency-conflict" ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity,
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = refusal.Code, ["missing"] = refusal.Missing.Select(missing => new { what = missing.What, amount = missing.Amount }) });
}

/// <summary>The world's faults and the caller's mistakes: a client learns whether it makes sense to send the same again.</summary>
internal sealed class StoreFaults : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var (status, detail) = exception switch
        {
            StoreException { IsTransient: true } => (StatusCodes.Status503ServiceUnavailable, "The store did not answer. Send the same request again."),
            ArgumentException => (StatusCodes.Status400BadRequest, exception.Message),
            _ => (0, ""),
        };
        if (status == 0) return false;
        if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "1";
        await Results.Problem(detail, statusCode: status).ExecuteAsync(context);
        return true;
    }
}
