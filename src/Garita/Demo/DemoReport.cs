using System.Globalization;
using Spectre.Console;

namespace Garita.Demo;

/// <summary>Shows people what came of a round.</summary>
internal static class DemoReport
{
    /// <summary>Narrower, and cells would be broken where output is no terminal.</summary>
    private const int Width = 110;

    /// <summary>Writes the tables.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="isProtected">Whether the gateway stood before the mail server.</param>
    public static void Write(TextWriter output, DemoResult result, bool isProtected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Math.Max(console.Profile.Width, Width);
        if (isProtected)
        {
            console.Write(Messages(result));
            console.WriteLine();
        }

        console.Write(Attacks(result, isProtected));
        console.WriteLine();
        console.WriteLine(Summary(result, isProtected));
    }

    private static Table Messages(DemoResult result)
    {
        var table = new Table().RoundedBorder().Title("Legitimate mail through Garita").AddColumns("message", "sent", "received", "identical");
        foreach (var message in result.Messages)
        {
            table.AddRow(Plain(message.Name), YesNo(message.Sent, good: message.Sent), Plain(message.Received.ToString(CultureInfo.InvariantCulture)), YesNo(message.Identical, good: message.Identical));
        }

        return table;
    }

    private static Table Attacks(DemoResult result, bool isProtected)
    {
        var table = new Table().RoundedBorder().Title("Attacks: what the mail server received").AddColumns("attack", "straight to the server");
        if (isProtected)
            table.AddColumns("through Garita", "by which rule");
        foreach (var attack in result.Attacks)
        {
            var straight = attack.Unprotected ? Word("got through", "red") : Word("nothing", "yellow");
            if (isProtected)
                table.AddRow(Plain(attack.Name), straight, attack.Held ? Word("stopped", "green") : Word("got through", "red"), Plain(RuleText(attack)));
            else
                table.AddRow(Plain(attack.Name), straight);
        }

        return table;
    }

    private static string RuleText(AttackResult attack)
    {
        var rule = attack.Rule ?? "-";
        return string.Equals(rule, attack.Expected, StringComparison.Ordinal) ? rule : $"{rule} (expected: {attack.Expected})";
    }

    private static string Summary(DemoResult result, bool isProtected)
    {
        var straight = result.Attacks.Count(static attack => attack.Unprotected);
        if (!isProtected)
            return string.Create(CultureInfo.InvariantCulture, $"Without Garita {straight} of {result.Attacks.Count} attacks got through.");
        return string.Create(CultureInfo.InvariantCulture,
            $"{result.Messages.Count(static message => message is { Identical: true, Received: 1 })} of {result.Messages.Count} messages arrived identical; of {result.Attacks.Count} attacks {straight} got through to the bare server, {result.Attacks.Count(static attack => !attack.Held)} through Garita.");
    }

    private static Text Plain(string text) => new(text);

    private static Text YesNo(bool yes, bool good) => Word(yes ? "yes" : "no", good ? "green" : "red");

    private static Text Word(string text, string colour) => new(text, Style.Parse(colour));
}
