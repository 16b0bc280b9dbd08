using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Garita.Gateway.Ledger;
using Garita.Harden;
using Garita.Hardening;
using Garita.Hardening.Attest;
using Garita.Hardening.Host;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita harden attest list|sign|revoke</c>: what no program can see of the place, signed by name and for a year.</summary>
internal static class HardenAttestCommands
{
    public static Command Create() => new Verb("attest", "Statements about the place of the host, signed by whoever looked; they end after a year")
    {
        List(), Sign(), Revoke(),
    };

    private static Verb List()
    {
        var json = CommandLine.Json();
        var verb = new Verb("list", "Show the statements, and who signed them until when") { Examples = ["garita harden attest list", "garita harden attest list --json"] };
        verb.Options.Add(json);
        verb.SetAction(result => Guarded(result, () =>
        {
            var signed = AttestFile.Read(HardenCommands.DataFolderOf(result));
            var today = Today();
            var output = CommandLine.Output(result);
            if (result.GetValue(json))
            {
                output.WriteLine(JsonSerializer.Serialize([.. AttestItem.All.Select(item => View(item, signed.GetValueOrDefault(item.Id), today))], HardenJson.Default.IReadOnlyListAttestView));
                return ExitCodes.Ok;
            }

            var table = new TextTable("id", "result", "found", "statement");
            foreach (var view in AttestItem.All.Select(item => View(item, signed.GetValueOrDefault(item.Id), today)))
                table.Add(view.Id, view.Result, SafeText.Escape(view.Found + (view.Note is null ? "" : $" ({view.Note})")), view.Statement);
            table.Write(output);
            return ExitCodes.Ok;
        }));
        return verb;
    }

    private static Verb Sign()
    {
        var id = Id();
        var by = new Option<string>("--by") { Description = "Who looked, by name", HelpName = "NAME", Required = true };
        var note = new Option<string>("--note") { Description = "What else is to be known", HelpName = "TEXT", DefaultValueFactory = static _ => "" };
        var verb = new Verb("sign", "State that it is so today") { Examples = ["garita harden attest sign locked-room --by \"Anna Ruiz\" --note \"rack 12, key 3\""] };
        verb.Arguments.Add(id);
        verb.Options.Add(by);
        verb.Options.Add(note);
        verb.SetAction(result => Guarded(result, () =>
        {
            var attestation = new Attestation(result.GetRequiredValue(by).Trim(), Today(), result.GetRequiredValue(note).Trim());
            if (attestation.By.Length is 0 or > AttestFile.LongestName || attestation.By.Any(char.IsControl))
                return Wrong(result, string.Create(CultureInfo.InvariantCulture, $"--by is {SafeText.Quote(attestation.By)}, expected a name of 1 to {AttestFile.LongestName} characters"));
            if (attestation.Note.Length > AttestFile.LongestNote || attestation.Note.Any(char.IsControl))
                return Wrong(result, string.Create(CultureInfo.InvariantCulture, $"--note: expected one line of at most {AttestFile.LongestNote} characters"));
            return Change(result, id, "harden.attest.sign", (signed, item) =>
            {
                signed[item.Id] = attestation;
                return string.Create(CultureInfo.InvariantCulture, $"{item.Id} is signed by {SafeText.Escape(attestation.By)}, until {attestation.Ends.AddDays(-1):yyyy-MM-dd}: {item.Statement}");
            });
        }));
        return verb;
    }

    private static Verb Revoke()
    {
        var id = Id();
        var verb = new Verb("revoke", "Take a signature back") { Examples = ["garita harden attest revoke locked-room"] };
        verb.Arguments.Add(id);
        verb.SetAction(result => Guarded(result, () => Change(
            result, id, "harden.attest.revoke", static (signed, item) => signed.Remove(item.Id) ? $"{item.Id} is signed no more" : null)));
        return verb;
    }

    private static Argument<string> Id() => new("ID") { Description = "The statement, as garita harden attest list shows it" };

    private static DateOnly Today() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private static AttestView View(AttestItem item, Attestation? signed, DateOnly today)
    {
        var finding = AttestCheck.Judge(signed, today);
        return new AttestView(item.Id, item.Statement, Words.Of(finding.Outcome), finding.Found, signed?.By, signed?.Date, signed?.Ends, signed?.Note is { Length: > 0 } note ? note : null);
    }

    /// <summary>Changes the file, and keeps who did it.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="argument">Which statement.</param>
    /// <param name="what">The act's name.</param>
    /// <param name="change">Changes what is signed and says so; null when there is nothing to change.</param>
    private static int Change(ParseResult result, Argument<string> argument, string what, Func<Dictionary<string, Attestation>, AttestItem, string?> change)
    {
        if (AttestItem.Find(result.GetRequiredValue(argument)) is not { } item)
            return Wrong(result, $"there is no statement {SafeText.Quote(result.GetRequiredValue(argument))}, expected one of: {string.Join(", ", AttestItem.All.Select(static item => item.Id))}");
        var folder = HardenCommands.DataFolderOf(result);
        var signed = new Dictionary<string, Attestation>(AttestFile.Read(folder), StringComparer.Ordinal);
        var before = AsText(item, signed);
        if (change(signed, item) is not { } said)
        {
            result.InvocationConfiguration.Error.WriteLine($"{item.Id} is not signed");
            return ExitCodes.Failed;
        }

        AttestFile.Write(folder, signed);
        CommandLine.Output(result).WriteLine(said);
        try
        {
            using var owner = ActingAs.OwnerOf(folder);
            new HardeningHistory(folder, TimeProvider.System).Note(new AuditEntry(TimeProvider.System.GetUtcNow(), HardenCommands.Who(), "command line", what, before, AsText(item, signed)));
        }
        catch (LedgerUnavailableException problem)
        {
            result.InvocationConfiguration.Error.WriteLine($"note: this act is not in the record of acts: {problem.Message}");
        }

        return ExitCodes.Ok;
    }

    private static string? AsText(AttestItem item, Dictionary<string, Attestation> signed) =>
        signed.TryGetValue(item.Id, out var attestation) ? string.Create(CultureInfo.InvariantCulture, $"{item.Id}: {attestation.By}, {attestation.Date:yyyy-MM-dd}{(attestation.Note.Length > 0 ? ", " + attestation.Note : "")}") : null;

    private static int Guarded(ParseResult result, Func<int> work)
    {
        try
        {
            return work();
        }
        catch (Exception problem) when (problem is CannotLookException or UnauthorizedAccessException or (IOException and not LedgerUnavailableException))
        {
            result.InvocationConfiguration.Error.WriteLine("garita: " + SafeText.Escape(problem.Message));
            return ExitCodes.Failed;
        }
    }

    private static int Wrong(ParseResult result, string message)
    {
        result.InvocationConfiguration.Error.WriteLine(message);
        return ExitCodes.Usage;
    }
}
