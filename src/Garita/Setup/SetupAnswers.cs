using Garita.Gateway.Settings;

namespace Garita.Setup;

/// <summary>All that the settings file is made of, checked.</summary>
internal sealed record SetupAnswers
{
    public required string Hostname { get; init; }

    public required IReadOnlyList<string> Domains { get; init; }

    public required BackendAddress Backend { get; init; }

    /// <summary>The key that the mail server must have, <c>sha256/…</c>; null: name and CA decide.</summary>
    public string? BackendPin { get; init; }

    public required RecipientSource Source { get; init; }

    /// <summary>The recipient file, absolute; null unless the source is one.</summary>
    public string? RecipientFile { get; init; }

    public string? LdapServer { get; init; }

    public string? LdapBase { get; init; }

    public string? LdapBindDn { get; init; }

    public string? LdapPasswordFile { get; init; }

    /// <summary><c>starttls</c>, <c>ldaps</c> or <c>none</c>; null for what the settings have by default.</summary>
    public string? LdapTls { get; init; }

    /// <summary>The CA of the directory, absolute; null for the system's.</summary>
    public string? LdapCa { get; init; }

    /// <summary>This machine's addresses towards the mail server: what a lockdown there lets in.</summary>
    public IReadOnlyList<string> Gateways { get; init; } = [];

    /// <summary>Certificate and key, absolute; null for a self-signed one.</summary>
    public CertificateSettings? Certificate { get; init; }

    public IReadOnlyList<string> Listen { get; init; } = ["0.0.0.0:25", "[::]:25"];

    public string Data { get; init; } = "/var/lib/garita";
}
