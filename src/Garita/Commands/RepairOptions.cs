using System.CommandLine;
using Garita.Hardening;
using Garita.Settings;

namespace Garita.Commands;

/// <summary>What the verbs that repair have in common: which checks, which host, where is written down what was changed.</summary>
internal sealed class RepairOptions
{
    public Option<string[]> Only { get; } = new("--only") { Description = "Only these checks; several with commas", HelpName = "ID", AllowMultipleArgumentsPerToken = true };

    public Option<int[]> Measure { get; } = new("--measure") { Description = "Only these measures, 1 to 6", HelpName = "N", AllowMultipleArgumentsPerToken = true };

    public Option<string[]> Role { get; } = new("--role") { Description = $"What the host does: {RoleList} [default: what is installed]", HelpName = "ROLE", AllowMultipleArgumentsPerToken = true };

    public Option<string> Root { get; } = new("--root") { Description = "A file system below a folder instead of this host", HelpName = "DIR", DefaultValueFactory = static _ => "/" };

    public Option<string?> Data { get; } = DataOption();

    public RepairOptions()
    {
        Only.Validators.Add(static result =>
        {
            foreach (var name in Split(result.GetValueOrDefault<string[]>()))
            {
                if (!Catalogue.All.Any(check => string.Equals(check.Id, name, StringComparison.Ordinal)))
                    result.AddError($"--only: there is no {SafeText.Quote(name)}; garita harden checks lists them");
            }
        });
        Measure.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int[]>()?.Any(static number => number is < 1 or > 6) is true)
                result.AddError("--measure: expected whole numbers from 1 to 6");
        });
        Role.Validators.Add(static result =>
        {
            foreach (var name in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (!Words.RoleNames.Any(known => string.Equals(known.Name, name, StringComparison.Ordinal)))
                    result.AddError($"--role: there is no {SafeText.Quote(name)}; expected one of: {RoleList}");
            }
        });
        Root.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string>() is { } root && !Directory.Exists(root))
                result.AddError($"--root: {SafeText.Quote(root)} is no folder that can be seen");
        });
    }

    private static string RoleList => string.Join(", ", Words.RoleNames.Select(static known => known.Name));

    /// <summary>Where runs are written down.</summary>
    public static Option<string?> DataOption() => new("--data") { Description = $"Data folder [default: that of the settings, else {HardenCommands.DefaultDataFolder}]", HelpName = "DIR" };

    public void AddTo(Command verb)
    {
        foreach (var option in (Option[])[Only, Measure, Role, Root, Data])
            verb.Options.Add(option);
    }

    public IReadOnlyList<Check> ChecksOf(ParseResult result)
    {
        var (measures, ids) = (result.GetValue(Measure) ?? [], Split(result.GetValue(Only)));
        return [.. Catalogue.All.Where(check => (measures.Length == 0 || measures.Contains((int)check.Measure)) && (ids.Length == 0 || ids.Contains(check.Id, StringComparer.Ordinal)))];
    }

    public Roles RolesOf(ParseResult result) =>
        Words.RoleNames.Where(known => result.GetValue(Role)?.Contains(known.Name, StringComparer.Ordinal) is true).Aggregate(Roles.None, static (all, known) => all | known.Role);

    public string RootOf(ParseResult result) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(result.GetRequiredValue(Root)));

    public bool NamesChecks(ParseResult result) => Split(result.GetValue(Only)).Length > 0;

    public static string FolderOf(ParseResult result, Option<string?> data) => result.GetValue(data) is { Length: > 0 } given ? Path.GetFullPath(given) : HardenCommands.DataFolderOf(result);

    private static string[] Split(string[]? names) => [.. (names ?? []).SelectMany(static name => name.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
