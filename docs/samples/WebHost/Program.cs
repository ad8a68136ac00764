using CustomerLifecycle;
using CustomerLifecycle.Hosting;
using CustomerLifecycle.Loyalty;
using CustomerLifecycle.Stages;
using CustomerLifecycle.Storage.Sqlite;
using NodaTime;
using WebHost;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddProblemDetails();
builder.Services.AddExceptionHandler<StoreFaults>();
builder.Services.AddCustomerLifecycle(options => options.HostCurrency = "EUR")
    .AddStages(StageTemplates.PurchaseLifecycleWithWinBack())
    .AddLoyalty(loyalty => loyalty.Policy = new LedgerPolicy(
        expiry: ExpiryPolicy.After(Period.FromMonths(24), ExpiryRounding.EndOfMonth),
        orderRule: new OrderEarnRule(rate: 1m)))
    .UseSqliteStore(builder.Configuration["Database"] ?? "customers.db")
    .AddOutboxHandler<Announcements>();
builder.Services.AddHealthChecks().AddCustomerLifecycle();

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapHealthChecks("/health");

// Events in. An event's id is its key: sent again, after whatever failure, it changes nothing.
app.MapPost("/events", async (IReadOnlyList<IncomingEvent> incoming, CustomerEvents door, IClock clock, CancellationToken cancellationToken) =>
{
    var (events, problems) = IncomingEvent.Read(incoming, clock.GetCurrentInstant());
    if (problems.Count > 0) return Results.ValidationProblem(problems);

    var receipt = await door.RecordAsync(events, cancellationToken);
    return receipt.IsAccepted ? Results.Ok(new { recorded = receipt.Recorded, repeats = receipt.Repeats }) : Answers.Invalid(receipt.Findings);
});

// The stage out: right at any instant, whether or not anything ran since.
app.MapGet("/customers/{customer}/stage", async (string customer, StageService stages, CancellationToken cancellationToken) =>
    await stages.FindAsync(new CustomerId(customer), cancellationToken: cancellationToken) is { } status
        ? Results.Ok(new
        {
            stage = status.Stage,
            since = Answers.Time(status.EnteredAt),
            next = status.NextDue is { } due ? new { stage = due.To, at = Answers.Time(due.At) } : null,
        })
        : Answers.Unknown());

app.MapGet("/customers/{customer}/stage/why", async (string customer, StageService stages, CancellationToken cancellationToken) =>
    Results.Text((await stages.ExplainAsync(new CustomerId(customer), cancellationToken: cancellationToken)).ToText()));

// Points out, and what lapses when.
app.MapGet("/customers/{customer}/points", async (string customer, LedgerService ledger, IClock clock, CancellationToken cancellationToken) =>
{
    var member = await ledger.LoadCurrentAsync(new CustomerId(customer), cancellationToken);
    if (member.Version == 0) return Answers.Unknown();
    var now = clock.GetCurrentInstant();
    var balance = member.BalanceAt(now);
    return Results.Ok(new { available = balance.Available, pending = balance.Pending, lapses = member.UpcomingLapses(now).Select(lapse => new { at = Answers.Time(lapse.At), points = lapse.Points }) });
});

// Points spent. The client's key makes a repeated request the same one: it gets the first answer again.
app.MapPost("/customers/{customer}/redemptions", async (string customer, Redemption asked, HttpRequest request, LedgerService ledger, CancellationToken cancellationToken) =>
{
    if (request.Headers["Idempotency-Key"] is not [{ Length: > 0 and <= Redemption.MaxKeyLength } key])
        return Results.Problem($"Send one Idempotency-Key of 1 to {Redemption.MaxKeyLength} characters, and the same one when you send the request again.", statusCode: StatusCodes.Status400BadRequest);

    var decision = await ledger.PostAsync(new RedeemPoints($"redemption/{key}", new CustomerId(customer), asked.Points), cancellationToken: cancellationToken);
    return decision.IsAccepted
        ? Results.Ok(new { redeemed = decision.Value.Redeemed, repeated = decision.Value.IsDuplicate, lots = decision.Value.Lots.Select(lot => new { lot = lot.Lot, points = lot.Points }) })
        : Answers.Refused(decision.Refusal);
});

await app.RunAsync();
