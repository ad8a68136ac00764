using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using CustomerLifecycle.Benchmarks.Guard;

// "guard" measures every hot path against its yardstick in a few seconds each; everything else is BenchmarkDotNet's.
if (args is ["guard", .. var rest]) return GuardProgram.Run(rest, Console.Out);

// It builds a project of its own, all packages included, which takes longer than its default of two minutes on a small machine.
BenchmarkSwitcher.FromAssembly(typeof(GuardProgram).Assembly).Run(args, ManualConfig.Create(DefaultConfig.Instance).WithBuildTimeout(TimeSpan.FromMinutes(15)));
return 0;
