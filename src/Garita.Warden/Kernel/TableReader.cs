using Garita.Wall;

namespace Garita.Warden.Kernel;

/// <summary>Reads what <c>list ruleset inet</c> says of our table, with handles and without elements.</summary>
internal static class TableReader
{
    private const string Handle = "# handle ";

    public static TableState Read(string listing)
    {
        string? table = null;
        var sets = new string?[NftText.Sets.Length];
        bool raw = false, input = false, ports = false, counter = false, hasRaw = false, hasIn = false;
        var block = "";
        foreach (var line in Ours(listing))
        {
            var words = line.Trim().Split(' ');
            if (words[0] is "table")
            {
                table = HandleOf(line);
            }
            else if (words is ["set" or "chain" or "counter", var name, ..])
            {
                block = words[0] + " " + name;
                if (words[0] is "set" && Array.IndexOf(NftText.Sets, name) is >= 0 and var set)
                    sets[set] = HandleOf(line);
                ports |= block is "set " + KernelNames.MailPorts;
                counter |= block is "counter " + KernelNames.FloodCounter;
                hasRaw |= block is "chain " + KernelNames.FloodRaw;
                hasIn |= block is "chain " + KernelNames.FloodIn;
            }
            else if (words[0] is "}")
            {
                block = "";
            }
            else
            {
                raw |= block is "chain " + KernelNames.FloodRaw && words.Contains("notrack", StringComparer.Ordinal);
                input |= block is "chain " + KernelNames.FloodIn && words.Contains("synproxy", StringComparer.Ordinal);
            }
        }

        var missing = table is null ? "the kernel has no table " + KernelNames.Table
            : Array.IndexOf(sets, null) is >= 0 and var absent ? $"the kernel's table has no set {NftText.Sets[absent]}"
            : !hasRaw || !hasIn ? "the kernel's table has no flood chains" : null;
        var identity = missing is null ? table + ":" + string.Join(',', sets) : null;
        return new TableState(identity, raw && input, ports, counter, missing is null ? null : missing + "; garita wall apply loads the ruleset");
    }

    /// <summary>The lines of our table, from its head to its end.</summary>
    private static IEnumerable<string> Ours(string listing)
    {
        var isOurs = false;
        foreach (var line in listing.Split('\n'))
        {
            if (line.StartsWith($"table inet {KernelNames.Table} {{", StringComparison.Ordinal))
                isOurs = true;
            else if (line.StartsWith('}'))
                isOurs = false;
            if (isOurs && line.Length > 0)
                yield return line;
        }
    }

    private static string? HandleOf(string line) =>
        line.IndexOf(Handle, StringComparison.Ordinal) is >= 0 and var at ? line[(at + Handle.Length)..] : null;
}
