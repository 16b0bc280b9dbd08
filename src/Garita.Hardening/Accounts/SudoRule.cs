namespace Garita.Hardening.Accounts;

/// <summary>A line of sudoers(5) that lets somebody do something; aliases are replaced by what they stand for.</summary>
/// <param name="File">The file that has it.</param>
/// <param name="Users">Who: names, <c>%group</c>, <c>#id</c>.</param>
/// <param name="Commands">What, each with its tags.</param>
internal sealed record SudoRule(string File, IReadOnlyList<string> Users, IReadOnlyList<SudoCommand> Commands);

/// <summary>A command that somebody may run.</summary>
/// <param name="Command">The command, or ALL.</param>
/// <param name="WithoutPassword">Whether nobody asks who is there.</param>
internal sealed record SudoCommand(string Command, bool WithoutPassword);

/// <summary>A Defaults line.</summary>
/// <param name="File">The file that has it.</param>
/// <param name="Scope">For whom: empty for all, else as in <c>:alice</c>, <c>@host</c>, <c>&gt;root</c>, <c>!command</c>.</param>
/// <param name="Name">The option, with a <c>!</c> before it where it is turned off.</param>
/// <param name="Value">Its value, or empty.</param>
internal sealed record SudoDefault(string File, string Scope, string Name, string Value);
