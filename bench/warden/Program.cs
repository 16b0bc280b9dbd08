using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using Garita.Wall.Warden;

[assembly: SupportedOSPlatform("linux")]

// warden-bench SOCKET PID   times of a running warden, as bench/warden/run starts it; PID for its memory
if (args is not [var path, var pid])
{
    Console.Error.WriteLine("usage: bench/warden/run");
    return 2;
}

var time = TimeProvider.System;
using var exchange = await WardenExchange.ConnectAsync(path, time, CancellationToken.None);
Console.WriteLine("| | ms |");
Console.WriteLine("|---|---|");
var first = await MeasureAsync(() => SnapshotAsync(100_000));
await SnapshotAsync(0);
Row("10,000 bans one by one, each answered when the kernel has it", await MeasureAsync(async () =>
{
    for (var i = 0; i < 10_000; i++)
        await AskAsync(new BanCommand([Ban(200, i)]));
}));
await SnapshotAsync(0);
Row($"10,000 bans as the gateway sends them in a storm (frames of {WardenProtocol.MaxNetworks})", await MeasureAsync(async () =>
{
    foreach (var part in Enumerable.Range(0, 10_000).Select(static i => Ban(200, i)).Chunk(WardenProtocol.MaxNetworks))
        await AskAsync(new BanCommand(part));
}));
await SnapshotAsync(0);
Row("100,000 bans in a snapshot, the first one of a new warden", first);
var cpu = Cpu();
Row("100,000 bans in a snapshot, none before", await MeasureAsync(() => SnapshotAsync(100_000)));
Row("of it CPU time of the warden, kernel included", Cpu() - cpu);
Row("the same snapshot again", await MeasureAsync(() => SnapshotAsync(100_000)));
var each = new List<double>();
for (var i = 0; i < 500; i++)
    each.Add(await MeasureAsync(() => AskAsync(new BanCommand([Ban(200, i)]))));
each.Sort();
Row("one more with 100,000 there, median of 500", each[250]);
Row("the slowest but five", each[^6]);
Row("one less", await MeasureAsync(() => AskAsync(new UnbanCommand([Ban(200, 1).Network]))));
// Two beats: what the load took on its way is given back.
await Task.Delay(TimeSpan.FromSeconds(2.5), time);
var state = (WardenState)await AskAsync(new StatusCommand());
Console.WriteLine();
Console.WriteLine(state);
foreach (var line in File.ReadLines($"/proc/{pid}/status").Where(static line => line.StartsWith("VmHWM", StringComparison.Ordinal) || line.StartsWith("VmRSS", StringComparison.Ordinal)))
    Console.WriteLine("warden " + line);
return state.InKernel ? 0 : 1;

Task<WardenMessage> AskAsync(WardenMessage command) => exchange.AskAsync(command, CancellationToken.None);

async Task SnapshotAsync(int count)
{
    await AskAsync(new SnapshotBegin(count));
    foreach (var part in Enumerable.Range(0, count).Select(static i => Ban(100, i)).Chunk(WardenProtocol.MaxNetworks))
        await AskAsync(new SnapshotPart(part));
    await AskAsync(new SnapshotEnd());
}

static async Task<double> MeasureAsync(Func<Task> act)
{
    var begun = Stopwatch.GetTimestamp();
    await act();
    return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
}

static WardenBan Ban(int first, int i) => new(new IPNetwork(new IPAddress([(byte)first, (byte)(128 + (i >> 16)), (byte)(i >> 8), (byte)i]), 32), TimeSpan.FromHours(1));

double Cpu() => File.ReadAllText($"/proc/{pid}/stat").Split(") ", StringSplitOptions.None)[1].Split(' ') is [.. var fields] ? 10 * (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) : 0;

static void Row(string what, double milliseconds) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {milliseconds:0.0} |"));
