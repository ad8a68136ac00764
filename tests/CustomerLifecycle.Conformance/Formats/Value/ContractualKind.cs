using System.Text.Json.Nodes;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary><c>contractual</c>: who is still under contract after so many periods, and what a cohort takes of its opportunities.</summary>
internal sealed class ContractualKind : IValueKind
{
    public string Name => "contractual";

    public Case Prepare(ValueCase value) => value.Inputs.Text("model") switch
    {
        "sbg" => Sbg(value.Inputs),
        "bdw" => Bdw(value.Inputs),
        "bg-bb" => Opportunities(value.Inputs),
        _ => throw value.Inputs.Unknown("model"),
    };

    private static Case Sbg(Members inputs)
    {
        var parameters = inputs.Object("parameters");
        var model = new SbgModel(new(parameters.Number("alpha"), parameters.Number("beta")));
        return Contract(inputs, model.Survival, model.ChurnProbability, model.Retention, model.DiscountedExpectedLifetime, model.DiscountedExpectedResidualLifetime);
    }

    private static Case Bdw(Members inputs)
    {
        var parameters = inputs.Object("parameters");
        var model = new BdwModel(new(parameters.Number("alpha"), parameters.Number("beta"), parameters.Number("c")));
        return Contract(inputs, model.Survival, model.ChurnProbability, model.Retention, model.DiscountedExpectedLifetime, model.DiscountedExpectedResidualLifetime);
    }

    private static Case Contract(
        Members inputs, Func<int, double> survival, Func<int, double> churn, Func<int, double> retention, Func<double, double> lifetime, Func<int, double, double> residualLifetime)
    {
        inputs.Skip("timeUnit");
        var rate = inputs.OptionalObject("discount")?.Number("ratePerPeriod");
        var periods = inputs.Has("periods") ? inputs.Integers("periods") : [];
        var renewals = inputs.Has("renewals") ? inputs.Integers("renewals") : [];
        return ValueCase.Of(new CasePath("one cohort", () =>
        {
            var answer = new JsonObject
            {
                ["survival"] = Answers.Of(periods.Select(survival)),
                ["churnProbability"] = Answers.Of(periods.Where(period => period > 0).Select(churn)),
                ["retention"] = Answers.Of(periods.Where(period => period > 0).Select(retention)),
            };
            if (rate is { } perPeriod)
            {
                answer["discountedExpectedLifetime"] = Answers.Of(lifetime(perPeriod));
                answer["discountedExpectedResidualLifetime"] = Answers.Of(renewals.Select(renewal => residualLifetime(renewal, perPeriod)));
            }

            return answer;
        }));
    }

    private static Case Opportunities(Members inputs)
    {
        inputs.Skip("timeUnit");
        var model = (BgBbModel)KnownModels.Named(inputs).At(inputs.Object("parameters"), TimeUnit.Week);
        var customers = inputs.Integer("customers");
        var opportunities = inputs.Integers("opportunities");
        return ValueCase.Of(new CasePath("one cohort", () => new JsonObject
        {
            ["expectedTransactions"] = Answers.Of(opportunities.Select(opportunity => model.ExpectedBuyers(customers, opportunity))),
        }));
    }
}
