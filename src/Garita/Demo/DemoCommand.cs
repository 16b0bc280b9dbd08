using System.CommandLine;
using System.Globalization;
using System.Net;
using Garita.Commands;
using Garita.Settings;

namespace Garita.Demo;

/// <summary><c>garita demo</c>: the gateway before a mail server that forgives everything, attacked for show; then to be tried by hand.</summary>
internal static class DemoCommand
{
    private const int UsualPort = 2525;
    private const int UsualAdminPort = 8025;

    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "Exit after the tables: 0 if all is well, 1 if an attack got through or a message did not arrive identical" };
        var json = CommandLine.Json();
        var unprotected = new Option<bool>("--unprotected") { Description = "Show what the attacks do to the mail server without Garita; exits with 1 if any gets through" };
        var port = new Option<int?>("--port") { Description = $"The gateway's port, 0 for a free one; the admin endpoint then takes a free one too [default: {UsualPort}, admin endpoint {UsualAdminPort}]", HelpName = "N" };
        port.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > IPEndPoint.MaxPort))
                result.AddError($"--port is {SafeText.Quote(result.Tokens[0].Value)}, expected 0 to {IPEndPoint.MaxPort}");
        });
        var verb = new Verb("demo", "Show Garita before a built-in mail server, attack it, and leave it running to be tried by hand")
        {
            Examples = ["garita demo", "garita demo --once --json | jq '.attacks[] | select(.held | not)'", "garita demo --unprotected"],
        };
        foreach (var option in (Option[])[once, json, unprotected, port])
            verb.Options.Add(option);
        verb.SetAction((result, _) => new DemoRun(CommandLine.Output(result), result.InvocationConfiguration.Error, TimeProvider.System)
        {
            Once = result.GetValue(once),
            Json = result.GetValue(json),
            Unprotected = result.GetValue(unprotected),
            Port = result.GetValue(port) ?? UsualPort,
            AdminPort = result.GetValue(port) is null ? UsualAdminPort : 0,
        }.RunAsync());
        return verb;
    }
}
