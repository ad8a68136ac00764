using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace CustomerLifecycle.Samples.Tests;

/// <summary>The web host as a client sees it: a process of its own on a free port, driven over HTTP.</summary>
public sealed class WebHostTests : IAsyncLifetime, IDisposable
{
    private const string Listening = "Now listening on: ";
    private readonly string _folder = Directory.CreateTempSubdirectory("web-").FullName;
    private Process? _process;
    private readonly ConcurrentQueue<string> _logged = new();
    private Task _rest = Task.CompletedTask;
    private HttpClient _client = new();

    [Fact]
    public async Task Events_SentTwice_CountOnce_AndGiveStageAndPoints()
    {
        var events = $"[{Order("o-1", "c-17", 100, 59.90m)},{Order("o-2", "c-17", 99, 20m)}]";

        Assert.Equal((200, """{"recorded":2,"repeats":0}"""), await PostAsync("/events", events));
        Assert.Equal((200, """{"recorded":2,"repeats":0}"""), await PostAsync("/events", events));

        var (status, stage) = await GetAsync("/customers/c-17/stage");
        Assert.Equal((200, "at-risk", "churned"), (status, Text(stage, "stage"), Text(stage, "next", "stage")));
        Assert.Contains("by timer:risk", (await GetAsync("/customers/c-17/stage/why")).Body, StringComparison.Ordinal);
        Assert.Equal("79", Text((await GetAsync("/customers/c-17/points")).Body, "available"));
    }

    [Fact]
    public async Task Redemption_WithTheSameKey_GetsTheFirstAnswer_AndWithAnotherRequestAConflict()
    {
        await PostAsync("/events", $"[{Order("o-1", "c-1", 3, 100m)}]");

        var first = await PostAsync("/customers/c-1/redemptions", """{"points":60}""", "k-1");
        var again = await PostAsync("/customers/c-1/redemptions", """{"points":60}""", "k-1");
        var other = await PostAsync("/customers/c-1/redemptions", """{"points":61}""", "k-1");
        var without = await PostAsync("/customers/c-1/redemptions", """{"points":1}""");

        Assert.Equal((200, "60", "False"), (first.Status, Text(first.Body, "redeemed"), Text(first.Body, "repeated")));
        Assert.Equal((200, "60", "True"), (again.Status, Text(again.Body, "redeemed"), Text(again.Body, "repeated")));
        Assert.Equal((409, "ledger.idempotency-conflict"), (other.Status, Text(other.Body, "code")));
        Assert.Equal(400, without.Status);
        Assert.Equal("40", Text((await GetAsync("/customers/c-1/points")).Body, "available"));
    }

    [Fact]
    public async Task Refusals_AreProblemDetails_WithWhatIsMissing()
    {
        await PostAsync("/events", $"[{Order("o-1", "c-2", 3, 10m)}]");

        var short50 = await PostAsync("/customers/c-2/redemptions", """{"points":60}""", "k-2");
        Assert.Equal((422, "ledger.insufficient-points", "50"), (short50.Status, Text(short50.Body, "code"), Text(short50.Body, "missing", "0", "amount")));
        Assert.Equal(404, (await GetAsync("/customers/nobody/points")).Status);
        Assert.Equal(404, (await GetAsync("/customers/nobody/stage")).Status);
        Assert.Equal(400, (await PostAsync("/events", """[{"id":"x","customer":"c-2","type":"order","occurred":"yesterday"}]""")).Status);
        Assert.Equal(400, (await PostAsync("/events", """[{"id":"","customer":"c-2","type":"order","occurred":"2026-01-01T00:00:00Z"}]""")).Status);
        Assert.Equal(400, (await PostAsync("/events", """[{"id":"x","customer":"c-2","type":"order","occurred":"2026-01-01T00:00:00Z","properties":{"total":"ten"}}]""")).Status);
        Assert.Equal(400, (await PostAsync("/events", "{")).Status);
    }

    [Fact]
    public async Task Background_WritesDownWhatTimeBrought_AndTellsTheOutside()
    {
        await PostAsync("/events", $"[{Order("o-1", "c-4", 100, 59.90m)}]");

        await UntilAsync(() => Task.FromResult(HasLogged("StageChanged of ") && HasLogged("PointsPosted of ")));
        await UntilAsync(async () => await GetAsync("/health") == (200, "Healthy"));
    }

    [Fact]
    public async Task State_AfterTheProcessWasKilled_IsThere()
    {
        await PostAsync("/events", $"[{Order("o-1", "c-3", 3, 100m)}]");
        await StopAsync();
        await StartAsync();

        Assert.Equal("100", Text((await GetAsync("/customers/c-3/points")).Body, "available"));
        Assert.Equal("first-purchase", Text((await GetAsync("/customers/c-3/stage")).Body, "stage"));
    }

    public Task InitializeAsync() => StartAsync();

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _client.Dispose();

    private static string Order(string id, string customer, int daysAgo, decimal total)
    {
        var day = (SystemClock.Instance.GetCurrentInstant() - Duration.FromDays(daysAgo)).InUtc().Date;
        return FormattableString.Invariant($$"""{"id":"{{id}}","customer":"{{customer}}","type":"order","occurred":"{{day:uuuu-MM-dd}}T00:00:00Z","properties":{"total":{{total}} } }""");
    }

    private async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = _folder };
        string[] arguments = [Samples.Output("WebHost", "net10.0", "WebHost.dll"), "--urls", "http://127.0.0.1:0", "--Database", Path.Combine(_folder, "customers.db")];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(Listening, StringComparison.Ordinal) is not (>= 0 and var at)) continue;
            _rest = KeepAsync(_process.StandardOutput);
            _client = new() { BaseAddress = new(line[(at + Listening.Length)..]) };
            return;
        }

        Assert.Fail("The web host ended before it listened.");
    }

    private async Task KeepAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line) _logged.Enqueue(line);
    }

    private bool HasLogged(string text) => _logged.Any(line => line.Contains(text, StringComparison.Ordinal));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await condition()) await Task.Delay(50, patience.Token);
    }

    private async Task StopAsync()
    {
        _client.Dispose();
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        await _rest;
        _process.Dispose();
        _process = null;
    }

    private async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(answer);
    }

    private async Task<(int Status, string Body)> PostAsync(string path, string json, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var answer = await _client.SendAsync(request);
        return await ReadAsync(answer);
    }

    private static async Task<(int Status, string Body)> ReadAsync(HttpResponseMessage answer)
    {
        if (answer.StatusCode is not HttpStatusCode.OK) Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A value of a JSON document as text, by names and indices.</summary>
    private static string Text(string json, params string[] path)
    {
        using var document = JsonDocument.Parse(json);
        var found = document.RootElement;
        foreach (var step in path) found = found.ValueKind is JsonValueKind.Array ? found[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : found.GetProperty(step);
        return found.ToString();
    }
}
