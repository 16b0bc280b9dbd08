namespace Garita.Hardening.Logging;

/// <summary>One option of a <c>Defaults</c> line.</summary>
/// <param name="Scope">For whom, as in <c>:backup</c>; empty for everybody.</param>
/// <param name="Name">The option.</param>
/// <param name="Value">Its value; empty when it is turned off.</param>
internal sealed record SudoDefault(string Scope, string Name, string Value);
