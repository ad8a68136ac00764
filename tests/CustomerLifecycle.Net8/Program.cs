using System.Reflection;
using CustomerLifecycle.Net8;

// Usage: [part of a name]. Runs the tests of every package, or of those whose assembly's name holds the part.
var wanted = args.Length == 0 ? "" : args[0];
var (passed, failed, skipped) = (0, 0, 0);
Console.WriteLine($".NET {Environment.Version}");
foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "CustomerLifecycle*.Tests.dll").Order(StringComparer.Ordinal))
{
    var name = Path.GetFileNameWithoutExtension(file);
    if (!name.Contains(wanted, StringComparison.OrdinalIgnoreCase)) continue;

    var count = await TestAssembly.RunAsync(Assembly.Load(new AssemblyName(name)), Console.Out);
    Console.WriteLine($"{name}: {count.Passed} passed, {count.Failed} failed, {count.Skipped} skipped");
    passed += count.Passed;
    failed += count.Failed;
    skipped += count.Skipped;
}

Console.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
return failed == 0 && passed > 0 ? 0 : 1;
