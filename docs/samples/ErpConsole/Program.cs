using System;
using System.Collections.Generic;
using System.Linq;
using CustomerLifecycle;
using CustomerLifecycle.Loyalty;
using CustomerLifecycle.Rules;
using CustomerLifecycle.Stages;
using NodaTime;

namespace ErpConsole
{
    /// <summary>Stages, points and rules inside an ERP that is synchronous and keeps its own database: nothing is awaited, nothing is stored behind its back.</summary>
    internal static class Program
    {
        private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

        private static readonly LedgerPolicy Policy = new LedgerPolicy(
            expiry: ExpiryPolicy.After(Period.FromMonths(24), ExpiryRounding.EndOfMonth),
            zone: Zone,
            orderRule: new OrderEarnRule(1m));

        private static readonly StageMachine Stages = StageMachine.Compile(StageTemplates.PurchaseLifecycleWithWinBack(loyalOrders: 3));

        private static int Main()
        {
            var erp = new ErpTables();
            PlaceOrder(erp, new Order("A-1001", "K-17", Instant.FromUtc(2026, 1, 10, 9, 0), 120.50m));
            PlaceOrder(erp, new Order("A-1002", "K-17", Instant.FromUtc(2026, 2, 1, 9, 0), 79.90m));
            PlaceOrder(erp, new Order("A-1003", "K-18", Instant.FromUtc(2026, 2, 14, 9, 0), 35m));
            PlaceOrder(erp, new Order("A-1004", "K-17", Instant.FromUtc(2026, 2, 20, 9, 0), 210m));

            var now = Instant.FromUtc(2026, 6, 15, 8, 0);
            foreach (var customer in erp.Customers)
            {
                Console.WriteLine("{0}: {1}, {2} points", customer, StageOf(erp, customer, now), BalanceOf(erp, customer, now));
            }

            Spend(erp, "K-17", "T-1", 400, now);
            Spend(erp, "K-17", "T-2", 400, now);
            Find(erp, "order.count(last 1 year) >= 2 and points > 0 and stage = 'at-risk'", now);
            Find(erp, "order.sum(net) > 100 and point > 0", now);
            return 0;
        }

        /// <summary>The ERP posts an order: the ledger decides what it is worth, and the ERP writes both in its own transaction.</summary>
        private static void PlaceOrder(ErpTables erp, Order order)
        {
            var member = MemberOf(erp, order.Customer);
            var command = new EarnOrder(order.Number, member.Member, new[] { new EarnLine(order.Net) }, order.At);
            var decision = Ledger.Decide(member, command, Policy, order.At);
            erp.Save(order, decision.IsAccepted ? decision.Value.Postings : Array.Empty<Posting>());
        }

        /// <summary>The ERP redeems points at the till: "no" is a value, with what is missing.</summary>
        private static void Spend(ErpTables erp, string customer, string till, long points, Instant now)
        {
            var member = MemberOf(erp, customer);
            var decision = Ledger.Decide(member, new RedeemPoints(till, member.Member, points), Policy, now);
            if (!decision.IsAccepted)
            {
                Console.WriteLine("{0}: {1}; {2} points are missing", decision.Refusal.Code, decision.Refusal.Message, decision.Refusal.Missing[0].Amount);
                return;
            }

            erp.Save(customer, decision.Value.Postings);
            Console.WriteLine("{0} redeemed, {1} left", points, BalanceOf(erp, customer, now));
        }

        /// <summary>A list for a campaign: customers of whom a rule holds, over the ERP's own data.</summary>
        private static void Find(ErpTables erp, string text, Instant now)
        {
            var profile = new RuleProfile<string>().Id(customer => customer).Events(customer => LogOf(erp, customer));
            profile.Integer("points", customer => BalanceOf(erp, customer, now));
            profile.Text("stage", customer => StageOf(erp, customer, now));
            profile.Event("order", ("net", RuleKind.Decimal));

            var load = profile.Load(text);
            foreach (var problem in load.Problems) Console.WriteLine(problem);
            if (!load.IsLoaded) return;

            var moment = new RuleMoment(now, new LocalCalendar(Zone));
            var found = erp.Customers.Where(customer => load.Value.Matches(customer, moment));
            Console.WriteLine("{0}: {1}", text, string.Join(", ", found));
        }

        /// <summary>A member is nothing but its postings.</summary>
        private static MemberState MemberOf(ErpTables erp, string customer)
        {
            return Ledger.Fold(new CustomerId(customer), erp.PostingsOf(customer));
        }

        private static long BalanceOf(ErpTables erp, string customer, Instant now)
        {
            return MemberOf(erp, customer).BalanceAt(now).Available;
        }

        /// <summary>A stage is nothing but the orders, and the time that passed since.</summary>
        private static string StageOf(ErpTables erp, string customer, Instant now)
        {
            var events = erp.OrdersOf(customer)
                .Select(order => new CustomerEvent(order.Number, new CustomerId(customer), Purchase.EventType, order.At, PropertyBag.Of(Purchase.TotalProperty, order.Net)))
                .ToList();
            return Stages.Replay(events, new StageQuery(now)).Stage;
        }

        private static EventLog LogOf(ErpTables erp, string customer)
        {
            return EventLog.Of(erp.OrdersOf(customer)
                .Select(order => new RuleEvent("order", order.At, new[] { new KeyValuePair<string, RuleValue>("net", RuleValue.Of(order.Net)) }, order.Number)));
        }
    }
}
