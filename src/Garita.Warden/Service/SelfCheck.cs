using System.Globalization;
using Garita.Warden.Kernel;

namespace Garita.Warden.Service;

/// <summary><c>garita-warden --check</c>: what it would need, and whether it is there.</summary>
internal static class SelfCheck
{
    private const int NetAdmin = 12;

    /// <summary>Looks, and says it line by line.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(WardenOptions options, INft? nft, string nftProblem, TimeProvider time, TextWriter output)
    {
        var isGood = true;
        void Say(bool good, string text)
        {
            isGood &= good;
            output.WriteLine((good ? "ok    " : "wrong ") + text);
        }

        Say(nft is not null, nft is null ? nftProblem : nft.IsLibrary ? "libnftables is used" : "the program nft is used" + (nftProblem.Length > 0 ? $" ({nftProblem})" : ""));
        Say(HasNetAdmin(), HasNetAdmin() ? "CAP_NET_ADMIN is there" : "CAP_NET_ADMIN is missing: start it by its unit, or as root");
        if (nft is not null)
        {
            var table = new NftKernel(nft, time.TimestampFrequency).Look();
            Say(table.Problem is null, table.Problem ?? "the kernel has the table and its sets");
        }

        List<string> problems = [];
        new NeverSource(options).Read(problems);
        problems.ForEach(problem => Say(false, problem));
        if (problems.Count == 0)
            Say(true, File.Exists(options.NeverFile) ? options.NeverFile + " can be read" : options.NeverFile + " is not there: put the networks of administrators into it");
        var user = Accounts.User(options.User);
        Say(user is not null, user is null ? $"there is no user {options.User}: only root is heard (--user names the gateway's)" : string.Create(CultureInfo.InvariantCulture, $"user {options.User} is {user}"));
        if (options.Group is not "-")
            Say(Accounts.Group(options.Group) is not null, Accounts.Group(options.Group) is { } group ? string.Create(CultureInfo.InvariantCulture, $"group {options.Group} is {group}") : $"there is no group {options.Group} (--group names the gateway's)");
        return isGood ? 0 : 1;
    }

    private static bool HasNetAdmin()
    {
        try
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(static line => line.StartsWith("CapEff:", StringComparison.Ordinal));
            return line is not null && ulong.TryParse(line.AsSpan(7).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var set) && (set >> NetAdmin & 1) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
