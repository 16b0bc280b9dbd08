using Garita.Hardening.Repairs;

namespace Garita.Hardening.Tests.Repairs;

/// <summary>Programs that a test plays: those that it did not name are not installed.</summary>
internal sealed class FakePrograms : IPrograms
{
    private readonly Dictionary<string, Func<IReadOnlyList<string>, CommandResult>> _programs = new(StringComparer.Ordinal);

    public List<string> Ran { get; } = [];

    public FakePrograms With(string program, Func<IReadOnlyList<string>, CommandResult> play)
    {
        _programs[program] = play;
        return this;
    }

    public bool Has(string program) => _programs.ContainsKey(program);

    public CommandResult Run(string program, IReadOnlyList<string> arguments, TimeSpan patience)
    {
        Ran.Add(string.Join(' ', arguments.Prepend(program)));
        return _programs.TryGetValue(program, out var play) ? play(arguments) : throw new RepairException($"{program} is not installed");
    }

    public static CommandResult Ok(string output = "") => new(0, output, "");

    public static CommandResult Bad(string error) => new(1, "", error);
}
