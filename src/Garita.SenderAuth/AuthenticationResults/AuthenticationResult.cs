namespace Garita.SenderAuth.AuthenticationResults;

/// <summary>One method's result, as the field writes it (RFC 8601 §2.2). Values may be text from outside: the writer makes them safe.</summary>
/// <param name="Method">The method: <c>spf</c>, <c>dkim</c>, <c>arc</c>, <c>dmarc</c>.</param>
/// <param name="Result">Its result: <c>pass</c>, <c>fail</c> …</param>
/// <param name="Properties">What was looked at.</param>
/// <param name="Reason">Why, for readers; null for nothing.</param>
public sealed record AuthenticationResult(string Method, string Result, IReadOnlyList<AuthenticationProperty> Properties, string? Reason = null);

/// <summary>A property of the message that a method looked at (RFC 8601 §2.2): <c>header.d=example.com</c>.</summary>
/// <param name="Type"><c>smtp</c>, <c>header</c>, <c>body</c> or <c>policy</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; text from outside.</param>
public readonly record struct AuthenticationProperty(string Type, string Name, string Value);
