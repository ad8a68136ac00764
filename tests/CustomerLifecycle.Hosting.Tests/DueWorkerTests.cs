namespace CustomerLifecycle.Hosting.Tests;

public sealed class DueWorkerTests
{
    private static readonly Duration Lease = Duration.FromSeconds(300);

    private readonly Notes _notes = new();
    private readonly NoteWork _work;

    public DueWorkerTests() => _work = new(_notes.Journal, _notes.Named);

    [Fact]
    public async Task RunOnce_WithMoreDueThanABatch_DoesEachOnceAndNothingThatIsDueLater()
    {
        for (var i = 0; i < 25; i++) await _notes.AddAsync($"s{i}", Notes.Noon - Duration.FromMinutes(i));
        await _notes.AddAsync("later", Notes.Noon + Duration.FromNanoseconds(1));
        using var worker = Worker();

        Assert.Equal(new DuePass(25, 0), await worker.RunOnceAsync());

        for (var i = 0; i < 25; i++) Assert.Equal(2, await _notes.VersionAsync($"s{i}"));
        Assert.Equal(1, await _notes.VersionAsync("later"));
        Assert.Equal(new DuePass(0, 0), await worker.RunOnceAsync());
    }

    [Fact]
    public async Task RunOnce_AsOfAnEarlierInstant_GoesNoFurther_AndNeverBeyondTheStoresClock()
    {
        await _notes.AddAsync("early", Notes.Noon - Duration.FromHours(2));
        await _notes.AddAsync("late", Notes.Noon);
        await _notes.AddAsync("future", Notes.Noon + Duration.FromHours(1));
        using var worker = Worker();

        Assert.Equal(1, (await worker.RunOnceAsync(Notes.Noon - Duration.FromHours(1))).Done);
        Assert.Equal(1, (await worker.RunOnceAsync(Notes.Noon + Duration.FromDays(1))).Done);

        Assert.Equal(1, await _notes.VersionAsync("future"));
    }

    [Fact]
    public async Task RunOnce_OneStreamFailsForEver_HoldsUpNoOtherAndWaitsLongerEachTime()
    {
        foreach (var stream in new[] { "a", "bad", "c" }) await _notes.AddAsync(stream, Notes.Noon);
        _work.Fault = static stream => stream == new StreamId("bad") ? new InvalidOperationException("It is bad.") : null;
        using var worker = Worker();

        Assert.Equal(new DuePass(2, 1), await worker.RunOnceAsync());

        foreach (var seconds in new[] { 1, 2, 4, 8, 8 })
        {
            _notes.Clock.Advance(Duration.FromSeconds(seconds) - Duration.FromMilliseconds(1));
            Assert.Equal(new DuePass(0, 0), await worker.RunOnceAsync());
            _notes.Clock.Advance(Duration.FromMilliseconds(1));
            Assert.Equal(new DuePass(0, 1), await worker.RunOnceAsync());
        }

        _work.Fault = static _ => null;
        _notes.Clock.Advance(Duration.FromSeconds(8));
        Assert.Equal(new DuePass(1, 0), await worker.RunOnceAsync());
    }

    [Fact]
    public async Task RunOnce_AfterAHostDiedBetweenClaimAndCompletion_DoesItsWorkWhenTheLeaseIsOver()
    {
        await _notes.AddAsync("a", Notes.Noon);
        await _notes.Journal.ClaimDueAsync(Notes.Noon, 10, Lease);
        using var worker = Worker();

        Assert.Equal(0, (await worker.RunOnceAsync()).Done);
        _notes.Clock.Advance(Lease);

        Assert.Equal(1, (await worker.RunOnceAsync()).Done);
        Assert.Equal(2, await _notes.VersionAsync("a"));
    }

    [Fact]
    public async Task RunOnce_AfterAHostDiedAtIt_TriesTheStreamAlone()
    {
        foreach (var stream in new[] { "a", "b" }) await _notes.AddAsync(stream, Notes.Noon);
        await _notes.Journal.ClaimDueAsync(Notes.Noon, 1, Lease);
        _notes.Clock.Advance(Lease);
        var batches = new List<string>();
        _work.OnWork = claims => batches.Add(string.Join(' ', claims.Select(static claim => claim.Stream.Value)));
        using var worker = Worker();

        await worker.RunOnceAsync();

        Assert.Equal(["b", "a"], batches);
    }

    [Fact]
    public async Task RunOnce_WithTheStoreAwayHalfWay_GivesTheClaimsBackWhenItIsThereAgain()
    {
        await _notes.AddAsync("a", Notes.Noon);
        _work.Fault = static _ => new StoreUnavailableException("The store is away.");
        using var worker = Worker();

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await worker.RunOnceAsync());
        _work.Fault = static _ => null;

        Assert.Equal(1, (await worker.RunOnceAsync()).Done);
    }

    [Fact]
    public async Task RunOnce_WithOneStoreAway_DoesTheOthersWorkAndReportsIt()
    {
        var away = new AwayJournal(new Notes().Journal) { FailOnce = { "Measure" } };
        await _notes.AddAsync("a", Notes.Noon);
        using var worker = new DueWorker([new NoteWork(new Notes().Journal, new("away", away)), _work]);

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await worker.RunOnceAsync());

        Assert.Equal(2, await _notes.VersionAsync("a"));
    }

    [Fact]
    public async Task RunOnce_WhenTheStoresClockStepsBack_LosesNothingAndDoesNothingTwice()
    {
        await _notes.AddAsync("a", Notes.Noon);
        _work.Fault = static _ => new InvalidOperationException("Not yet.");
        using var worker = Worker();
        await worker.RunOnceAsync();

        _notes.Clock.Set(Notes.Noon - Duration.FromHours(1));
        _work.Fault = static _ => null;
        Assert.Equal(new DuePass(0, 0), await worker.RunOnceAsync());
        _notes.Clock.Set(Notes.Noon + Duration.FromSeconds(1));

        Assert.Equal(new DuePass(1, 0), await worker.RunOnceAsync());
        Assert.Equal(2, await _notes.VersionAsync("a"));
    }

    [Fact]
    public async Task RunOnce_OfManyHostsAtOnce_DoesEachStreamOnce()
    {
        for (var i = 0; i < 500; i++) await _notes.AddAsync($"s{i}", Notes.Noon);

        var passes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            using var worker = Worker();
            return await worker.RunOnceAsync();
        })));

        Assert.Equal(500, passes.Sum(static pass => pass.Done));
        for (var i = 0; i < 500; i++) Assert.Equal(2, await _notes.VersionAsync($"s{i}"));
    }

    [Fact]
    public async Task RunOnce_WithTwoWorksOverOneJournal_HandsEachItsOwnStreamsAndLeavesTheRest()
    {
        foreach (var stream in new[] { "x1", "y1", "x2", "z1" }) await _notes.AddAsync(stream, Notes.Noon);
        using var worker = new DueWorker([new NoteWork(_notes.Journal, _notes.Named, "x"), new NoteWork(_notes.Journal, new("notes", _notes.Journal), "y")]);

        Assert.Equal(new DuePass(3, 0), await worker.RunOnceAsync());

        Assert.Equal((2L, 2L, 2L, 1L), (await _notes.VersionAsync("x1"), await _notes.VersionAsync("y1"), await _notes.VersionAsync("x2"), await _notes.VersionAsync("z1")));
    }

    [Fact]
    public async Task RunOnce_OfAHostThatDoesNotOwnAStream_LeavesItToItsOwnerAtOnce_HoweverOftenItLooks()
    {
        await _notes.AddAsync("x1", Notes.Noon);
        using var stranger = new DueWorker([new NoteWork(_notes.Journal, _notes.Named, "y")]);
        for (var look = 0; look < 12; look++) Assert.Equal(new DuePass(0, 0), await stranger.RunOnceAsync());

        using var owner = new DueWorker([new NoteWork(_notes.Journal, _notes.Named, "x")]);
        Assert.Equal(new DuePass(1, 0), await owner.RunOnceAsync());
    }

    [Fact]
    public async Task RunOnce_WithMoreStreamsOfNobodyHereThanABatch_DoesWhatLiesBehindThem()
    {
        for (var i = 0; i < 25; i++) await _notes.AddAsync($"x{i}", Notes.Noon - Duration.FromHours(1));
        await _notes.AddAsync("y1", Notes.Noon);
        using var worker = new DueWorker([new NoteWork(_notes.Journal, _notes.Named, "y")], new() { DueBatch = 10 });

        Assert.Equal(new DuePass(1, 0), await worker.RunOnceAsync());
    }

    [Fact]
    public async Task RunOnce_WithTheStoreAwayInOneWork_GivesBackTheClaimsOfAllOthersToo()
    {
        foreach (var stream in new[] { "x1", "x2", "y1", "y2", "z1" }) await _notes.AddAsync(stream, Notes.Noon);
        var first = new NoteWork(_notes.Journal, _notes.Named, "x") { Fault = static _ => new StoreUnavailableException("The store is away.") };
        using (var worker = new DueWorker([first, new NoteWork(_notes.Journal, _notes.Named, "y")]))
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await worker.RunOnceAsync());
            first.Fault = static _ => null;
            Assert.Equal(new DuePass(4, 0), await worker.RunOnceAsync());
        }

        Assert.Equal(1, await _notes.VersionAsync("z1"));
    }

    [Fact]
    public async Task RunOnce_WithTheStoreAwayWhenAFailedStreamIsGivenBack_GivesBackWhatWasNotTriedYet()
    {
        foreach (var stream in new[] { "a", "bad", "c" }) await _notes.AddAsync(stream, Notes.Noon);
        var away = new AwayJournal(_notes.Journal) { FailOnce = { "ReleaseDue" } };
        var work = new NoteWork(_notes.Journal, new("notes", away)) { Fault = static stream => stream == new StreamId("bad") ? new InvalidOperationException("It is bad.") : null };
        using var worker = new DueWorker([work]);

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await worker.RunOnceAsync());
        Assert.Equal((2L, 1L), (await _notes.VersionAsync("a"), await _notes.VersionAsync("c")));

        Assert.Equal(new DuePass(1, 1), await worker.RunOnceAsync());
    }

    [Fact]
    public async Task RunOnce_WhenCancelled_StopsAndLeavesNoClaimBehind()
    {
        for (var i = 0; i < 25; i++) await _notes.AddAsync($"s{i}", Notes.Noon);
        using var stop = new CancellationTokenSource();
        _work.OnWork = _ => stop.Cancel();
        using (var worker = Worker()) Assert.Equal(10, (await worker.RunOnceAsync(null, stop.Token)).Done);

        _work.OnWork = static _ => { };
        using var next = Worker();
        Assert.Equal(15, (await next.RunOnceAsync()).Done);
    }

    private DueWorker Worker() => new([_work], new() { DueBatch = 10, MaxDelaySeconds = 8 });
}
