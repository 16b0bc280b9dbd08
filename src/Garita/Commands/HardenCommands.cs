using System.CommandLine;
using System.Text.Json;
using Garita.Harden;
using Garita.Hardening;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita harden</c>: the host itself. Needs neither a settings file nor a gateway that runs.</summary>
internal static class HardenCommands
{
    /// <summary>Where data is kept without a settings file.</summary>
    public const string DefaultDataFolder = "/var/lib/garita";

    public static Command Create()
    {
        var verb = new Verb("harden", "Look at the host itself: what is weak, and how it is mended")
        {
            HardenAuditCommand.Create(), HardenProbeCommand.Create(), Checks(), HardenAttestCommands.Create(),
        };
        foreach (var repair in HardenRepairCommands.All())
            verb.Subcommands.Add(repair);
        return verb;
    }

    /// <summary>The data folder: that of the settings file if there is one. A file that was named must be right; of the usual one only a note is made.</summary>
    public static string DataFolderOf(ParseResult result)
    {
        var file = CommandLine.FileOf(result);
        var named = !string.Equals(file, CommandLine.DefaultFile, StringComparison.Ordinal);
        if (!named && !File.Exists(file))
            return DefaultDataFolder;
        try
        {
            return CommandLine.SettingsOf(result).DataFolder;
        }
        catch (SettingsException problem) when (!named)
        {
            result.InvocationConfiguration.Error.WriteLine($"note: {problem.Errors[0]}; {DefaultDataFolder} is taken for the data folder");
            return DefaultDataFolder;
        }
    }

    /// <summary>Who types this, for the record of administrators' acts.</summary>
    public static string Who() =>
        Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } before ? $"{Environment.UserName} (sudo by {SafeText.Escape(before)})" : Environment.UserName;

    private static Verb Checks()
    {
        var json = CommandLine.Json();
        var verb = new Verb("checks", "List all checks of the audit") { Examples = ["garita harden checks", "garita harden checks --json | jq -r '.[] | select(.measure == 5) | .id'"] };
        verb.Options.Add(json);
        verb.SetAction(result =>
        {
            var output = CommandLine.Output(result);
            var checks = Catalogue.All.OrderBy(static check => check.Measure).ToArray();
            if (result.GetValue(json))
            {
                output.WriteLine(JsonSerializer.Serialize([.. checks.Select(CheckView.Of)], HardenJson.Default.IReadOnlyListCheckView));
                return ExitCodes.Ok;
            }

            var table = new TextTable("measure", "id", "for", "title");
            foreach (var check in checks)
                table.Add(Words.Of(check.Measure), check.Id, check.Roles == Roles.Any ? "any" : string.Join(", ", Words.Of(check.Roles)), check.Title);
            table.Write(output);
            return ExitCodes.Ok;
        });
        return verb;
    }
}
