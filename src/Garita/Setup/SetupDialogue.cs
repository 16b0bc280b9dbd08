namespace Garita.Setup;

/// <summary>Asks an administrator, or takes what the command line gave, and shows what was found about each answer.</summary>
/// <param name="input">Where answers come from; null: nobody is asked.</param>
/// <param name="output">Where questions and findings go.</param>
/// <param name="takesDoubts">Whether doubtful answers are taken unasked.</param>
internal sealed class SetupDialogue(TextReader? input, TextWriter output, bool takesDoubts)
{
    /// <summary>Whether something doubtful was given that nobody has said yes to.</summary>
    public bool HasDoubts { get; private set; }

    /// <summary>Whether somebody is there to be asked.</summary>
    public bool IsAsking => input is not null;

    /// <summary>One answer: given by an option, asked for, or the default.</summary>
    /// <typeparam name="T">What the answer means.</typeparam>
    /// <param name="option">The option's name, for an error.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="given">What the option said; null: it was not given.</param>
    /// <param name="otherwise">What an empty answer means; null: there must be one.</param>
    /// <param name="check">Makes a value of the text and looks at it.</param>
    /// <exception cref="SetupEndException">There is no good answer.</exception>
    public async Task<T> AskAsync<T>(string option, string question, string? given, string? otherwise, Func<string, Task<(T Value, IReadOnlyList<SetupFinding> Findings)>> check)
    {
        for (; ; given = null)
        {
            var text = given ?? Read(question, otherwise) ?? throw new SetupEndException($"{option} is missing, expected {question}", isUsage: true);
            var (value, findings) = await check(text);
            foreach (var finding in findings)
                await output.WriteLineAsync(finding.ToString());
            if (findings.Any(static finding => finding.Level == FindingLevel.Wrong))
            {
                if (input is null)
                    throw new SetupEndException($"{option} cannot be used; nothing was written", isUsage: true);
                continue;
            }

            if (!findings.Any(static finding => finding.Level == FindingLevel.Doubt) || takesDoubts)
                return value;
            if (input is not null)
            {
                if (Confirm("Take it all the same?"))
                    return value;
                continue;
            }

            HasDoubts = true;
            return value;
        }
    }

    /// <summary>Yes or no; no where nobody is asked.</summary>
    public bool Confirm(string question) => input is not null && Line($"{question} [y/N] ") is "y" or "Y" or "yes";

    private string? Read(string question, string? otherwise)
    {
        if (input is null)
            return otherwise;
        var answer = Line(otherwise is { Length: > 0 } ? $"{question} [{otherwise}]: " : $"{question}: ");
        return answer.Length > 0 ? answer : otherwise ?? "";
    }

    private string Line(string prompt)
    {
        output.Write(prompt);
        output.Flush();
        return input!.ReadLine()?.Trim() ?? throw new SetupEndException("no more answers; nothing was written", isUsage: false);
    }
}

/// <summary>Setup ends without a file.</summary>
/// <param name="message">Why, for the administrator.</param>
/// <param name="isUsage">Whether what was given is wrong.</param>
internal sealed class SetupEndException(string message, bool isUsage) : Exception(message)
{
    public bool IsUsage { get; } = isUsage;
}
