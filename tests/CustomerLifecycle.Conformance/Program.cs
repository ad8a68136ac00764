using CustomerLifecycle.Conformance;

return ConformanceProgram.Run(KnownFormats.All, args, Console.Out, Console.Error);
