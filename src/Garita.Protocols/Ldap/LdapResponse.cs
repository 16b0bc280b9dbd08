namespace Garita.Protocols.Ldap;

/// <summary>One attribute of an entry.</summary>
/// <param name="Name">Its description without options, as the server wrote it; compared without regard to case (RFC 4512 §2.5).</param>
/// <param name="Options">Options behind the name with their semicolons (<c>;range=0-1499</c>), or empty.</param>
/// <param name="Values">Its values.</param>
public sealed record LdapAttribute(string Name, string Options, IReadOnlyList<ReadOnlyMemory<byte>> Values);

/// <summary>One message of a directory server. Texts in it come from outside.</summary>
public sealed class LdapResponse
{
    /// <summary>The request that is answered; 0 for a notice of the server's own (RFC 4511 §4.4).</summary>
    public required int MessageId { get; init; }

    /// <summary>What it is.</summary>
    public required LdapOperation Operation { get; init; }

    /// <summary>The result; meaningless for entries, references and intermediate responses.</summary>
    public LdapResultCode Code { get; init; }

    /// <summary>What the server says about it: printable ASCII, at most 200 characters.</summary>
    public string SafeText { get; init; } = "";

    /// <summary>Whether it names other servers; they are not followed.</summary>
    public bool HasReferral { get; init; }

    /// <summary>The name (DN) of an entry; empty for all else.</summary>
    public string Name { get; init; } = "";

    /// <summary>Attributes of an entry; empty for all else.</summary>
    public IReadOnlyList<LdapAttribute> Attributes { get; init; } = [];

    /// <summary>The cookie of paged results (RFC 2696 §2); null without that control, empty at the last page.</summary>
    public ReadOnlyMemory<byte>? Cookie { get; init; }
}
