using System.Reflection;
using Garita.Wall.Kernel;
using Garita.Warden;
using Garita.Warden.Kernel;
using Garita.Warden.Service;

if (WardenOptions.TryRead(args, out var options) is { } wrong)
{
    Console.Error.WriteLine("garita-warden: " + wrong);
    return 2;
}

if (options.IsHelp || options.IsVersion)
{
    Console.WriteLine(options.IsHelp ? WardenOptions.Help : "garita-warden " + Assembly.GetExecutingAssembly().GetName().Version?.ToString(3));
    return 0;
}

var time = TimeProvider.System;
var problem = "";
using var library = options.UsesProgram ? null : LibNftables.TryOpen(out problem);
INft? nft = library;
if (nft is null && Nft.Find() is not null)
    nft = new NftProgram();
else if (nft is null)
    problem = "neither libnftables nor nft is installed: apt install nftables";
if (options.IsCheck)
    return SelfCheck.Run(options, nft, problem, time, Console.Out);

try
{
    if (nft is null)
        throw new WardenException(problem);
    var journal = new Journal(Console.Error, Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 }, time);
    await WardenProcess.RunAsync(options, nft, problem, journal, time);
    return 0;
}
catch (WardenException failure)
{
    Console.Error.WriteLine("garita-warden: " + failure.Message);
    return 1;
}
