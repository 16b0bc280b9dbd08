namespace Garita.Gateway.Settings;

/// <summary>In whose name messages are sealed that Garita changes (RFC 8617).</summary>
/// <param name="Domain">The domain, A-labels in lower case.</param>
/// <param name="Selector">Where its key is published, lower case.</param>
/// <param name="Key">PEM file with the private key, absolute path.</param>
public sealed record ArcSettings(string Domain, string Selector, string Key);
