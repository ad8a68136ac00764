using System.Text.Json;

namespace CustomerLifecycle.Benchmarks.Guard;

/// <summary>Measurements by kind of machine, as they are kept in guard.json and accepted.json.</summary>
internal sealed class GuardFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly SortedDictionary<string, SortedDictionary<string, Measurement>> _byMachine;

    private GuardFile(SortedDictionary<string, SortedDictionary<string, Measurement>> byMachine) => _byMachine = byMachine;

    public static GuardFile Read(string path) => new(File.Exists(path)
        ? JsonSerializer.Deserialize<SortedDictionary<string, SortedDictionary<string, Measurement>>>(File.ReadAllText(path), Format)!
        : new(StringComparer.Ordinal));

    /// <summary>What was measured on a machine of this kind; null when nothing was.</summary>
    public Measurement? Find(string machine, string name) => _byMachine.GetValueOrDefault(machine)?.GetValueOrDefault(name);

    public void Put(string machine, Measurement measurement)
    {
        if (!_byMachine.TryGetValue(machine, out var measurements)) _byMachine.Add(machine, measurements = new(StringComparer.Ordinal));
        measurements[measurement.Name] = measurement;
    }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(_byMachine, Format) + "\n");
}
