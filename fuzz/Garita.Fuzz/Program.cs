using System.Globalization;
using System.Security.Cryptography;
using Garita.Fuzz;
using SharpFuzz;

// garita-fuzz TARGET [--seconds N] [--seed N]   mutate the seeds
// garita-fuzz TARGET --file FILE                run one input again
// garita-fuzz TARGET --seeds FOLDER             write the seeds, a file each
// garita-fuzz TARGET --afl                      be run by afl-fuzz
var seconds = 10;
var seed = 1;
string? file = null;
string? folder = null;
var afl = false;
for (var i = 1; i < args.Length; i++)
{
    var hasNext = i + 1 < args.Length;
    switch (args[i])
    {
        case "--afl":
            afl = true;
            break;
        case "--file" when hasNext:
            file = args[++i];
            break;
        case "--seeds" when hasNext:
            folder = args[++i];
            break;
        case "--seconds" when hasNext && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out seconds):
        case "--seed" when hasNext && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out seed):
            i++;
            break;
        default:
            return Usage();
    }
}

var target = args.Length > 0 ? Targets.Find(args[0]) : null;
if (target is null)
    return Usage();

if (afl)
{
    Fuzzer.OutOfProcess.Run(stream =>
    {
        using var input = new MemoryStream();
        stream.CopyTo(input);
        target.Run(input.ToArray());
    });
    return 0;
}

if (folder is not null)
{
    Directory.CreateDirectory(folder);
    for (var i = 0; i < target.Seeds.Count; i++)
        await File.WriteAllBytesAsync(Path.Combine(folder, $"{target.Name}-{i}"), target.Seeds[i]);
    return 0;
}

if (file is not null)
{
    target.Run(await File.ReadAllBytesAsync(file));
    Console.WriteLine($"{target.Name}: kept");
    return 0;
}

var start = TimeProvider.System.GetTimestamp();
var result = FuzzDriver.Run(target, seed, inputs => inputs % 64 != 0 || TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds);
if (result.Failing is not { } failing)
{
    Console.WriteLine($"{target.Name}: {result.Inputs} inputs, seed {seed}: kept");
    return 0;
}

var crash = $"crash-{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(failing))[..12]}";
await File.WriteAllBytesAsync(crash, failing);
Console.Error.WriteLine($"{target.Name}: broken by input {result.Inputs} of seed {seed}, kept in {crash}");
Console.Error.WriteLine(result.Error);
return 1;

static int Usage()
{
    Console.Error.WriteLine("garita-fuzz TARGET [--seconds N] [--seed N] | TARGET --file FILE | TARGET --seeds FOLDER | TARGET --afl");
    Console.Error.WriteLine($"targets: {string.Join(' ', Targets.All.Select(known => known.Name))}");
    return 2;
}
