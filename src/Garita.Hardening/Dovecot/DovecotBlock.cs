namespace Garita.Hardening.Dovecot;

/// <summary>A block of Dovecot's settings, as in <c>protocol imap { … }</c>; the file itself is one without a name.</summary>
/// <param name="Name">What it is called with its argument.</param>
internal sealed record DovecotBlock(string Name)
{
    /// <summary>Its own settings, later ones win.</summary>
    public Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>The blocks in it, each name once.</summary>
    public Dictionary<string, DovecotBlock> Blocks { get; } = new(StringComparer.Ordinal);

    /// <summary>The kind: protocol, service, remote …</summary>
    public string Kind => Name.Split(' ', 2)[0];
}
