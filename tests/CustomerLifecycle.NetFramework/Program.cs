using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using CustomerLifecycle.Segmentation;
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
    }
}
