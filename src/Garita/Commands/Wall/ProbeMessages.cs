using System.Text.Json.Serialization;

namespace Garita.Commands.Wall;

/// <summary>What <c>garita wall probe --json</c> prints.</summary>
/// <param name="Backend">The mail server.</param>
/// <param name="Proven">Whether a stranger tried every address of it and got into none of the ports that Garita serves, and the gateway did.</param>
/// <param name="Problems">What is wrong or could not be looked at.</param>
/// <param name="Views">What was seen from where.</param>
internal sealed record ProbeReport(string Backend, bool Proven, IReadOnlyList<string> Problems, IReadOnlyList<ProbeView> Views);

/// <summary>What is open from one place.</summary>
/// <param name="Standpoint"><c>gateway</c> or <c>stranger</c>.</param>
/// <param name="From">Where from.</param>
/// <param name="Address">The mail server's address.</param>
/// <param name="Ports">What became of each port.</param>
internal sealed record ProbeView(string Standpoint, string From, string Address, IReadOnlyList<ProbePort> Ports);

/// <summary>One port.</summary>
/// <param name="Port">Its number.</param>
/// <param name="State"><c>open</c>, <c>refused</c>, <c>silent</c>, <c>unreachable</c>.</param>
/// <param name="Served">Whether a listener of Garita serves it, so that strangers must not get in.</param>
internal sealed record ProbePort(int Port, string State, bool Served);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ProbeReport))]
internal sealed partial class ProbeJson : JsonSerializerContext;
