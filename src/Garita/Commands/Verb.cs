using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Garita.Commands;

/// <summary>A verb of the command line with examples for its help.</summary>
internal sealed class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Command lines that work, with what they do.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];
}

/// <summary>The usual help with the verb's examples below it.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb { Examples.Count: > 0 } verb)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in verb.Examples)
                output.WriteLine("  " + example);
            output.WriteLine();
        }

        return result;
    }
}
