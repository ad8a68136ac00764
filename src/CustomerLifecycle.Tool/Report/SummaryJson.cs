using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace CustomerLifecycle.Tool;

// The members of summary.json. Names are stable: docs/clm.md lists them, and a snapshot test holds them.
internal sealed record FileSummary(
    string Name, string CustomerColumn, string DateColumn, string? AmountColumn, long Rows, long Accepted, long Rejected, long AfterAsOf,
    long Duplicates, bool DuplicatesDropped, long Refunds, decimal RefundTotal, long ZeroAmounts, long OutOfOrder, int CustomersWithOnlyRefunds);

internal sealed record ShopSummary(
    string AsOf, string FirstPurchase, string LastPurchase, int Customers, int RepeatCustomers, int PurchaseDays, int RepeatPurchases, decimal? NetAmount);

internal sealed record ForecastSummary(
    double ActiveCustomers, double ExpectedPurchases13Weeks, double ExpectedPurchases26Weeks, double ExpectedPurchases52Weeks,
    double? Value12Months, double DiscountPerYear, double? ShareOfTopTenth);

internal sealed record ParameterSummary(string Name, double Estimate, double? StandardError, double? Truth);

internal sealed record ModelSummary(
    string Name, string? TimeUnit, string Status, string Message, int Customers, double LogLikelihood, double Aic, double Bic, IReadOnlyList<ParameterSummary> Parameters);

internal sealed record HoldOutClassSummary(int RepeatPurchases, bool AndMore, int Customers, double ActualMean, double PredictedMean);

internal sealed record HoldOutSummary(
    string CalibrationEnd, string End, int Customers, double ActualTotal, double PredictedTotal, double MeanAbsoluteError, double RootMeanSquaredError,
    double? Correlation, IReadOnlyList<HoldOutClassSummary> ByFrequency, ModelSummary Model);

internal sealed record CandidateSummary(
    string Name, int Parameters, double LogLikelihood, double Bic, double? PredictedTotal, double? ActualTotal, double? RootMeanSquaredError, bool? WithinOneStandardError);

internal sealed record LeftOutSummary(string Name, string SameAs);

internal sealed record ModelChoiceSummary(
    string Criterion, string? CalibrationEnd, string? End, string Chosen, IReadOnlyList<string> Reasons, IReadOnlyList<CandidateSummary> Candidates, IReadOnlyList<LeftOutSummary> LeftOut);

internal sealed record RfmGroupSummary(string Code, string Name, int Customers, decimal? NetAmount);

internal sealed record RfmSummary(string Rule, int Classes, IReadOnlyList<RfmGroupSummary> Groups, IReadOnlyList<RfmGroupSummary> ValueClasses);

internal sealed record AtRiskSummary(double FromProbability, double ToProbability, int Customers, double AtStake);

internal sealed record TruthSummary(int ActiveCustomers, int Purchases52Weeks, decimal Spend52Weeks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FileSummary))]
[JsonSerializable(typeof(ShopSummary))]
[JsonSerializable(typeof(ForecastSummary))]
[JsonSerializable(typeof(ModelSummary))]
[JsonSerializable(typeof(HoldOutSummary))]
[JsonSerializable(typeof(ModelChoiceSummary))]
[JsonSerializable(typeof(RfmSummary))]
[JsonSerializable(typeof(AtRiskSummary))]
[JsonSerializable(typeof(TruthSummary))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class SummaryJson : JsonSerializerContext
{
    public const string Format = "clm-summary/1";

    public static KeyValuePair<string, JsonNode?> Member<T>(string name, T value, JsonTypeInfo<T> type) => new(name, JsonSerializer.SerializeToNode(value, type));

    public static void Write(Stream stream, IEnumerable<ReportPart> parts)
    {
        var summary = new JsonObject { ["format"] = Format };
        foreach (var (name, value) in parts.SelectMany(part => part.Summary)) summary.Add(name, value);
        JsonSerializer.Serialize(stream, summary, Default.JsonObject);
    }
}
