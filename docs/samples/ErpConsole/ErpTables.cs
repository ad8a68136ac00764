using System;
using System.Collections.Generic;
using System.Linq;
using CustomerLifecycle.Loyalty;
using NodaTime;

namespace ErpConsole
{
    /// <summary>A row of the ERP's orders.</summary>
    public sealed class Order
    {
        public Order(string number, string customer, Instant at, decimal net)
        {
            Number = number;
            Customer = customer;
            At = at;
            Net = net;
        }

        public string Number { get; }

        public string Customer { get; }

        public Instant At { get; }

        public decimal Net { get; }
    }

    /// <summary>The ERP's database: its orders, and a table of postings that came with the module. Here it is memory; there it is what the ERP has.</summary>
    public sealed class ErpTables
    {
        private readonly List<Order> _orders = new List<Order>();
        private readonly Dictionary<string, List<Posting>> _postings = new Dictionary<string, List<Posting>>(StringComparer.Ordinal);

        public IEnumerable<string> Customers
        {
            get { return _orders.Select(order => order.Customer).Distinct(StringComparer.Ordinal); }
        }

        public IEnumerable<Order> OrdersOf(string customer)
        {
            return _orders.Where(order => string.Equals(order.Customer, customer, StringComparison.Ordinal));
        }

        public IReadOnlyList<Posting> PostingsOf(string customer)
        {
            return _postings.TryGetValue(customer, out var postings) ? postings : new List<Posting>();
        }

        /// <summary>Order and postings in the ERP's own transaction: both or neither.</summary>
        public void Save(Order order, IReadOnlyList<Posting> postings)
        {
            _orders.Add(order);
            Save(order.Customer, postings);
        }

        public void Save(string customer, IReadOnlyList<Posting> postings)
        {
            if (!_postings.TryGetValue(customer, out var all)) _postings.Add(customer, all = new List<Posting>());
            all.AddRange(postings);
        }
    }
}
