using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Garita.Commands.Wall;
using Garita.Control;
using Garita.Demo;
using Garita.Gateway;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;
using Garita.Settings;

namespace Garita.Commands;

/// <summary>The command line: which verbs there are, and what all of them have in common.</summary>
internal static class CommandLine
{
    public const string DefaultFile = "/etc/garita/garita.toml";

    /// <summary>The settings file of every verb.</summary>
    public static Option<string?> Config { get; } = new("--config")
    {
        Description = $"Settings file [default: GARITA_CONFIG, else {DefaultFile}]",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Machine-readable output.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON" };

    public static RootCommand Create()
    {
        var root = new RootCommand("Garita, the guard post in front of a mail server.")
        {
            DemoCommand.Create(),
            SetupCommand.Create(),
            ServeCommand.Create(),
            CheckCommand.Create(),
            GatewayCommands.Reload(),
            GatewayCommands.Status(),
            RecordCommands.Explain(),
            RecordCommands.Audit(),
            BanCommands.Create(),
            ExceptionCommands.Create(),
            QuarantineCommands.Create(),
            RecipientCommands.Create(),
            SpoolCommands.Create(),
            WallCommands.Create(),
        };
        root.Options.Add(Config);
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction usual } help)
                help.Action = new HelpWithExamples(usual);
        }

        return root;
    }

    /// <summary>Parses and runs; never lets an exception out that an administrator can do something about.</summary>
    public static async Task<int> RunAsync(string[] arguments, InvocationConfiguration? invocation = null)
    {
        invocation ??= new InvocationConfiguration();
        invocation.EnableDefaultExceptionHandler = false;
        // Signals are the serve verb's matter: the default handler would end it after two seconds.
        invocation.ProcessTerminationTimeout = null;
        // "@example.com" is a domain here, no file of arguments.
        var result = Create().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            var code = await result.InvokeAsync(invocation);
            return result.Action is ParseErrorAction ? ExitCodes.Usage : code;
        }
        catch (SettingsException problem)
        {
            foreach (var error in problem.Errors)
                await invocation.Error.WriteLineAsync(error.ToString());
            return ExitCodes.Usage;
        }
        catch (Exception problem) when (problem is ControlException or GatewayStartException or LedgerUnavailableException)
        {
            await invocation.Error.WriteLineAsync("garita: " + problem.Message);
            return ExitCodes.Failed;
        }
    }

    /// <summary>The settings file that is meant.</summary>
    public static string FileOf(ParseResult result)
    {
        var given = result.GetValue(Config);
        if (!string.IsNullOrEmpty(given))
            return given;
        return Environment.GetEnvironmentVariable("GARITA_CONFIG") is { Length: > 0 } named ? named : DefaultFile;
    }

    public static GatewaySettings SettingsOf(ParseResult result) => SettingsFile.Read(FileOf(result));

    /// <summary>The gateway that runs on those settings.</summary>
    public static ControlClient GatewayOf(ParseResult result) => new(SettingsOf(result).DataFolder);

    public static TextWriter Output(ParseResult result) => result.InvocationConfiguration.Output;
}
