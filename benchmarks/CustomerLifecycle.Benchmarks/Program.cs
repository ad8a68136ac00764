using BenchmarkDotNet.Running;
using CustomerLifecycle.Benchmarks.Figures;
using CustomerLifecycle.Benchmarks.Guard;
using CustomerLifecycle.Benchmarks.Stores;

// "guard" measures every hot path against its yardstick in a few seconds each, "threads" those that threads may share; everything else is BenchmarkDotNet's.
if (args is ["guard", .. var rest]) return GuardProgram.Run(rest, Console.Out);
if (args is ["threads"]) return ThreadsProgram.Run(Console.Out);

// "stores" measures the stores beside the same SQL without the library, and a large ledger in PostgreSQL.
if (args is ["stores", .. var asked]) return await StoresProgram.RunAsync(asked, Console.Out);

// "figures" measures the times that are promised, which only a quiet machine can keep.
if (args is ["figures", .. var parts]) return FiguresProgram.Run(parts, Console.Out);

// In this process: a project of its own would have to build every package again, with other settings.
BenchmarkSwitcher.FromAssembly(typeof(GuardProgram).Assembly).Run([.. args, "--inProcess"]);
return 0;
