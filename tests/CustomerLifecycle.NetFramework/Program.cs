using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using CustomerLifecycle.Loyalty;
using CustomerLifecycle.Rules;
using CustomerLifecycle.Segmentation;
using CustomerLifecycle.Value;
using NodaTime;

namespace CustomerLifecycle.NetFramework
{
    /// <summary>Asks every package something and compares the answers with answers.verified.txt.</summary>
    internal static class Program
    {
        private static int Main()
        {
            var answers = new List<string>();
            AskTheRoot(answers);
            AskSegmentation(answers);
            AskValue(answers);
            AskRules(answers);
            AskLoyalty(answers).GetAwaiter().GetResult();

            var verified = File.ReadAllLines(Path.Combine(AppDomain.CurrentDomain.BaseDirectory, "answers.verified.txt")).Where(line => line.Length > 0).ToList();
            var wrong = 0;
            for (var i = 0; i < Math.Max(answers.Count, verified.Count); i++)
            {
                var answer = i < answers.Count ? answers[i] : "(nothing)";
                var wanted = i < verified.Count ? verified[i] : "(nothing)";
                var same = string.Equals(answer, wanted, StringComparison.Ordinal);
                if (!same) wrong++;
                Console.WriteLine(same ? answer : answer + "   WRONG, should be: " + wanted);
            }

            Console.WriteLine(FormattableString.Invariant($"{answers.Count - wrong} passed, {wrong} failed, 0 skipped"));
            return wrong == 0 ? 0 : 1;
        }

        private static void AskTheRoot(List<string> answers)
        {
            var id = new CustomerId("K-4711");
            answers.Add("id " + id.Value);
            answers.Add("id leaks into text: " + id.ToString().Contains("4711"));

            var apia = new LocalCalendar(DateTimeZoneProviders.Tzdb["Pacific/Apia"]);
            answers.Add("start of a skipped day " + apia.StartOf(new LocalDate(2011, 12, 30)));
            var saoPaulo = new LocalCalendar(DateTimeZoneProviders.Tzdb["America/Sao_Paulo"]);
            answers.Add("start of a day without midnight " + saoPaulo.StartOf(new LocalDate(2018, 11, 4)));
        }

        private static void AskSegmentation(List<string> answers)
        {
            var scores = new RfmScorer(RfmRule.Rank(5)).Score(new[]
            {
                new RfmFeatures(5, 12, 1500m),
                new RfmFeatures(40, 3, 220.5m),
                new RfmFeatures(365, 1, 15m),
            });
            answers.Add("rfm " + string.Join(" ", scores.Select(score => score.Cell.ToString(CultureInfo.InvariantCulture))));
        }

        private static void AskValue(List<string> answers)
        {
            // Whole numbers only, so that every framework makes the same purchases.
            var log = new PurchaseLogBuilder();
            var state = 20260101L;
            Func<int, int> next = bound =>
            {
                state = ((state * 48271) + 11) % int.MaxValue;
                return (int)(state % bound);
            };
            for (var customer = 0; customer < 500; customer++)
            {
                var first = next(84);
                var (interval, leaves) = (5 + (next(60) * next(60) / 12), next(70));
                for (var day = first; day <= 272; day += 1 + (interval * (30 + next(140)) / 100))
                {
                    log.Add(customer, new LocalDate(2025, 1, 1).PlusDays(day), 10 + next(90));
                    if (day > first && next(100) < leaves) break;
                }
            }

            var summary = log.Build().Summarise(new LocalDate(2025, 9, 30));
            var fit = BgNbdModel.Fit(summary);
            answers.Add("bg-nbd " + fit.Convergence.Status + " " + string.Join(" ", fit.Parameters.Select(parameter => parameter.Name + "=" + Digits(parameter.Value, 5))));
            var history = new PurchaseHistory(4, 20, 30);
            answers.Add("bg-nbd score " + Digits(fit.Model.ProbabilityAlive(history), 5) + " " + Digits(fit.Model.ExpectedPurchases(history, 52), 5));
            var published = new BgNbdModel(new BgNbdParameters(0.2426, 4.4136, 0.7929, 2.4259));
            answers.Add("published score " + Digits(published.ProbabilityAlive(history), 10) + " " + Digits(published.ExpectedPurchases(history, 52), 10));
            answers.Add("pareto-nbd score " + Digits(new ParetoNbdModel(new ParetoNbdParameters(0.55, 10.6, 0.61, 11.7)).ExpectedPurchases(history, 52), 9));
        }

        private static void AskRules(List<string> answers)
        {
            var load = CustomerFacts.Profile().Load("order.count(last 90 days) >= 2 and country in ('CN', 'US')");
            var now = Instant.FromUtc(2026, 6, 1, 8, 0);
            var customer = new CustomerFacts(new Dictionary<string, RuleValue> { { "country", RuleValue.Of("CN") } })
                .With(new RuleEvent("order", now - Duration.FromDays(100)))
                .With(new RuleEvent("order", now - Duration.FromDays(10)))
                .With(new RuleEvent("order", now - Duration.FromDays(3)));
            answers.Add("rule " + load.Value.Rule + " " + load.Value.Matches(customer, new RuleMoment(now, LocalCalendar.Utc)));
            answers.Add("rule problem " + Rule.Parse("country = ").Problems[0].Code);
        }

        private static async Task AskLoyalty(List<string> answers)
        {
            var journal = new InMemoryJournal<MemberState, Posting>(SystemClock.Instance);
            var ledger = new LedgerService(journal, new LoyaltyOptions { Policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromMonths(12))) }, SystemClock.Instance);
            var member = new CustomerId("c-17");
            var at = Instant.FromUtc(2025, 3, 3, 9, 0);
            var earned = await ledger.PostAsync(new EarnPoints("order-1", member, 100), at);
            var refused = await ledger.PostAsync(new RedeemPoints("order-2", member, 120), at);
            var again = await ledger.PostAsync(new EarnPoints("order-1", member, 100), at);
            var balance = await ledger.BalanceAsync(member, at + Duration.FromDays(300));
            answers.Add("ledger " + earned.IsAccepted + " " + refused.Refusal.Code + " " + again.IsAccepted + " " + balance.Available);
        }

        /// <summary>As many digits as every framework agrees on: fused multiply-add and libm differ in the last ones.</summary>
        private static string Digits(double value, int digits)
        {
            return value.ToString("E" + (digits - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }
    }
}
