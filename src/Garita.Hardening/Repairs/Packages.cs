using Garita.Hardening.Host;

namespace Garita.Hardening.Repairs;

/// <summary>Packages of Debian. What apt would do is asked first: nothing comes or goes that was not foreseen.</summary>
/// <param name="programs">Programs of the host.</param>
internal sealed class Packages(IPrograms programs)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    private static readonly string[] Always = ["-y", "-q", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold"];

    /// <summary>What apt would do.</summary>
    /// <param name="New">Packages that come.</param>
    /// <param name="Upgraded">Packages that become newer.</param>
    /// <param name="Gone">Packages that go, as <c>name=version</c>.</param>
    public sealed record Forecast(IReadOnlyList<string> New, IReadOnlyList<string> Upgraded, IReadOnlyList<string> Gone)
    {
        public bool IsNothing => New.Count + Upgraded.Count + Gone.Count == 0;
    }

    /// <summary>What installing would do. Lists of packages that are missing are fetched first.</summary>
    public Forecast BeforeInstalling(IReadOnlyList<string> names)
    {
        var result = Simulate("install", names);
        if (result.ExitCode != 0)
        {
            var update = programs.Run("apt-get", ["-q", "update"], Patience);
            if (update.ExitCode != 0)
                throw new RepairException($"apt-get update: {Verification.Said(update)}");
            result = Simulate("install", names);
        }

        var forecast = Read(result, "install", names);
        return forecast.Gone.Count == 0 ? forecast
            : throw new RepairException($"apt would remove {string.Join(", ", forecast.Gone)} to install {string.Join(' ', names)}: do it by hand if that is right");
    }

    /// <summary>What removing would do. Packages that are not there are no matter.</summary>
    public Forecast BeforeRemoving(IReadOnlyList<string> names)
    {
        var installed = names.Where(IsInstalled).ToArray();
        if (installed.Length == 0)
            return new Forecast([], [], []);
        var forecast = Read(Simulate("remove", installed), "remove", installed);
        var more = forecast.Gone.Select(static gone => gone.Split('=')[0]).Except(names, StringComparer.Ordinal).ToArray();
        return more.Length == 0 ? forecast
            : throw new RepairException($"apt would remove {string.Join(", ", more)} as well: look with apt-get -s remove {string.Join(' ', installed)}, and do it by hand if that is right");
    }

    public void Install(IReadOnlyList<string> names) => Do(["install", "--no-install-recommends", .. Always, "--", .. names]);

    public void Remove(IReadOnlyList<string> names) => Do(["remove", .. Always, "--", .. names]);

    /// <summary>Takes away what came, with its settings.</summary>
    public void TakeBack(IReadOnlyList<string> names)
    {
        var there = names.Where(HasFiles).ToArray();
        if (there.Length > 0)
            Do(["purge", .. Always, "--", .. there]);
    }

    /// <summary>Brings back what went; in the version of before if there is one still.</summary>
    public void BringBack(IReadOnlyList<string> versions)
    {
        var gone = versions.Where(version => !IsInstalled(version.Split('=')[0])).ToArray();
        if (gone.Length == 0)
            return;
        if (programs.Run("apt-get", ["install", "--no-install-recommends", .. Always, "--allow-downgrades", "--", .. gone], Patience).ExitCode != 0)
            Install([.. gone.Select(static version => version.Split('=')[0])]);
    }

    private bool IsInstalled(string name) => Status(name) is "installed";

    private bool HasFiles(string name) => Status(name) is not ("" or "not-installed");

    private string Status(string name) => programs.Run("dpkg-query", ["-W", "-f=${db:Status-Status}", "--", name], Patience) is { ExitCode: 0 } result ? result.Output.Trim() : "";

    private CommandResult Simulate(string verb, IReadOnlyList<string> names) =>
        programs.Run("apt-get", ["-s", "-q", verb, .. verb is "install" ? ["--no-install-recommends"] : Array.Empty<string>(), "--", .. names], Patience);

    private static Forecast Read(CommandResult result, string verb, IReadOnlyList<string> names)
    {
        if (result.ExitCode != 0)
            throw new RepairException($"apt-get {verb} {string.Join(' ', names)}: {Verification.Said(result)}");
        List<string> come = [], newer = [], gone = [];
        foreach (var line in result.Output.Split('\n'))
        {
            // Inst NAME [OLD] (NEW …), Inst NAME (NEW …), Remv NAME [OLD], Purg NAME [OLD]
            var words = Text.Words(line);
            if (words is ["Inst", var name, ..])
                (words.Length > 2 && words[2].StartsWith('[') ? newer : come).Add(name);
            else if (words is ["Remv" or "Purg", var removed, ..])
                gone.Add(words.Length > 2 && words[2].StartsWith('[') ? $"{removed}={words[2].Trim('[', ']')}" : removed);
        }

        return new Forecast(come, newer, gone);
    }

    private void Do(IReadOnlyList<string> arguments)
    {
        var result = programs.Run("apt-get", arguments, Patience);
        if (result.ExitCode != 0)
            throw new RepairException($"apt-get {arguments[0]}: {Verification.Said(result)}");
    }
}
