using System.CommandLine;
using System.Text.Json;
using Garita.Control;

namespace Garita.Commands;

/// <summary><c>garita quarantine release|delete|export</c>.</summary>
internal static class QuarantineActCommands
{
    // A release waits for the mail server's answer.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Verb Release()
    {
        var id = QuarantineCommands.Id();
        id.Arity = ArgumentArity.ZeroOrOne;
        var to = new Option<string[]>("--to") { Description = "To this address of the tenant instead of the envelope; may be repeated", HelpName = "ADDRESS" };
        var again = new Option<bool>("--again") { Description = "Also where it may be, or with --to is, already" };
        var token = new Option<string?>("--token") { Description = "By the token of a link, to its recipient, once", HelpName = "TOKEN" };
        var json = CommandLine.Json();
        var verb = new Verb("release", "Deliver a message as it came, with one field before it; to each recipient once")
        {
            Examples = ["garita quarantine release 01jd3k5m7p9qr", "garita quarantine release 01jd3k5m7p9qr --to security@example.com", "garita quarantine release --token TOKEN"],
        };
        verb.Arguments.Add(id);
        foreach (var option in (Option[])[to, again, token, json])
            verb.Options.Add(option);
        verb.SetAction(async (result, _) =>
        {
            var byToken = result.GetValue(token);
            var message = result.GetValue(id);
            if (message is null == byToken is null || (byToken is not null && (result.GetValue(again) || result.GetValue(to) is { Length: > 0 })))
            {
                await result.InvocationConfiguration.Error.WriteLineAsync("expected an ID, or --token alone");
                return ExitCodes.Usage;
            }

            using var gateway = new ControlClient(CommandLine.SettingsOf(result).DataFolder, Patience);
            var request = new QuarantineReleaseRequest { To = result.GetValue(to) ?? [], Again = result.GetValue(again), Token = byToken };
            var path = message is null ? QuarantineRoutes.Root + "/release" : QuarantineCommands.PathOf(message) + "/release";
            var answer = (await gateway.PostAsync(path, request, ControlJson.Default.QuarantineReleaseRequest, ControlJson.Default.QuarantineReleaseAnswer))!;
            if (result.GetValue(json))
                await CommandLine.Output(result).WriteLineAsync(JsonSerializer.Serialize(answer, ControlJson.Default.QuarantineReleaseAnswer));
            else if (answer.Problem is null)
                await CommandLine.Output(result).WriteLineAsync("released to " + string.Join(", ", answer.Recipients.Select(Garita.Settings.SafeText.Escape)));
            else
                await result.InvocationConfiguration.Error.WriteLineAsync(answer.State is "kept" ? $"not released: {answer.Problem}" : $"{answer.State}: {answer.Problem}");
            return answer.Problem is null ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return verb;
    }

    public static Verb Delete()
    {
        var id = QuarantineCommands.Id();
        var verb = new Verb("delete", "Delete a message for good") { Examples = ["garita quarantine delete 01jd3k5m7p9qr"] };
        verb.Arguments.Add(id);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            await gateway.DeleteAsync(QuarantineCommands.PathOf(result.GetRequiredValue(id)));
            await CommandLine.Output(result).WriteLineAsync("deleted");
            return ExitCodes.Ok;
        });
        return verb;
    }

    public static Verb Export()
    {
        var id = QuarantineCommands.Id();
        var file = new Argument<string>("FILE") { Description = "Where to; it must not be there yet" };
        var verb = new Verb("export", "Write a message as it came into a file; it may be dangerous to open") { Examples = ["garita quarantine export 01jd3k5m7p9qr suspicious.eml"] };
        verb.Arguments.Add(id);
        verb.Arguments.Add(file);
        verb.SetAction(async (result, _) =>
        {
            var path = result.GetRequiredValue(file);
            using var gateway = CommandLine.GatewayOf(result);
            try
            {
                await WriteAsync(gateway, QuarantineCommands.PathOf(result.GetRequiredValue(id)) + "/message", path);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new ControlException($"{path} cannot be written: {problem.Message}");
            }

            await CommandLine.Output(result).WriteLineAsync("written to " + path);
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static async Task WriteAsync(ControlClient gateway, string from, string path)
    {
        // Mail of others: nobody but the administrator reads it.
        var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        var isWhole = false;
        try
        {
            await gateway.CopyAsync(from, stream);
            isWhole = true;
        }
        finally
        {
            await stream.DisposeAsync();
            if (!isWhole)
                File.Delete(path);
        }
    }
}
