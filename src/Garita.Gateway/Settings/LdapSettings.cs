using System.Globalization;
using Garita.Protocols.Ldap;

namespace Garita.Gateway.Settings;

/// <summary>TLS to a directory server.</summary>
public enum LdapTls : byte
{
    /// <summary>StartTLS (RFC 4511 §4.14), verified, or no reading.</summary>
    StartTls,
    /// <summary>TLS from the first octet, verified.</summary>
    Ldaps,
    /// <summary>None: only on loopback, or where the administrator said so.</summary>
    None,
}

/// <summary>How recipients are learnt from a directory.</summary>
public enum LdapMode : byte
{
    /// <summary>All are read again and again; names that are missing are asked for within a rate.</summary>
    Sync,
    /// <summary>Each is asked for when it comes.</summary>
    Live,
}

/// <summary>Where a directory server is.</summary>
/// <param name="Host">Host name or address; the name that its certificate must carry.</param>
/// <param name="Port">TCP port.</param>
public sealed record LdapServer(string Host, int Port)
{
    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>A tenant's directory (LDAP, RFC 4511) and how recipients are found in it.</summary>
public sealed record LdapSettings
{
    /// <summary>In order of preference.</summary>
    public required IReadOnlyList<LdapServer> Servers { get; init; }

    /// <summary>TLS.</summary>
    public LdapTls Tls { get; init; }

    /// <summary>PEM file of the CA to trust instead of the system's; null for the system's.</summary>
    public string? Ca { get; init; }

    /// <summary>Who reads; empty for anonymous.</summary>
    public string BindDn { get; init; } = "";

    /// <summary>File with the password, absolute; null for none.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Environment variable with the password; null for none.</summary>
    public string? PasswordVariable { get; init; }

    /// <summary>The DN below which is looked.</summary>
    public required string Base { get; init; }

    /// <summary>Which entries are recipients.</summary>
    public required LdapFilter Filter { get; init; }

    /// <summary>How one address is asked for; null: the filter, with the address in one of the attributes.</summary>
    public LdapFilter? LiveFilter { get; init; }

    /// <summary>Attributes with addresses.</summary>
    public required IReadOnlyList<string> Attributes { get; init; }

    /// <summary>Whether all are read, or each is asked for.</summary>
    public LdapMode Mode { get; init; }

    /// <summary>Time between two readings.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How old a reading may be to call an address unknown.</summary>
    public TimeSpan StaleFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Addresses a second that are asked for because the reading does not have them; 0: none.</summary>
    public int LiveRate { get; init; } = 10;

    /// <summary>For each step, and for the whole of one question.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections at once for questions, 1 to 100.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>What decides which addresses a reading has: a reading kept from other settings is not used.</summary>
    internal string Source => string.Join('\n', [Base, Filter.Text, .. Attributes]);

    /// <summary>Whether nothing that is kept or open need be made anew.</summary>
    /// <param name="other">Other settings.</param>
    internal bool Fits(LdapSettings other) => string.Equals(Everything, other.Everything, StringComparison.Ordinal);

    private string Everything => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(' ', Servers)}\n{Tls}\n{Ca}\n{BindDn}\n{PasswordFile}\n{PasswordVariable}\n{LiveFilter?.Text}\n{Mode}\n{Every}\n{StaleFor}\n{LiveRate}\n{Timeout}\n{Connections}\n{Source}");
}
