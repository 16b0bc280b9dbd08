namespace Garita.Gateway.Settings;

/// <summary>What kind of program scans.</summary>
public enum EngineKind : byte
{
    /// <summary>ClamAV: clamd with INSTREAM.</summary>
    ClamAv,
    /// <summary>Rspamd: HTTP, <c>/checkv2</c>.</summary>
    Rspamd,
    /// <summary>SpamAssassin: spamd with SPAMC.</summary>
    SpamAssassin,
    /// <summary>A commercial scanner behind ICAP (RFC 3507).</summary>
    Icap,
}

/// <summary>What is done while an engine does not answer.</summary>
public enum WhenEngineDown : byte
{
    /// <summary>451: the sender keeps the message and tries again.</summary>
    Defer,
    /// <summary>The message passes with a tag.</summary>
    Skip,
}

/// <summary>One engine. Immutable.</summary>
public sealed record EngineSettings
{
    /// <summary>What it is.</summary>
    public required EngineKind Kind { get; init; }

    /// <summary>Where it listens.</summary>
    public required BackendAddress Address { get; init; }

    /// <summary>Path of its service: of an ICAP service; empty otherwise.</summary>
    public string Path { get; init; } = "";

    /// <summary>The file with its password, absolute; null for none (Rspamd).</summary>
    public string? PasswordFile { get; init; }

    /// <summary>What is done while it does not answer.</summary>
    public WhenEngineDown WhenDown { get; init; }

    /// <summary>Messages it scans at once.</summary>
    public int Connections { get; init; } = 10;

    /// <summary>Octets of the largest message it gets; larger ones pass it by.</summary>
    public long MaxSize { get; init; } = 50L << 20;

    /// <summary>Its name in records and metrics.</summary>
    public string Name => Kind switch
    {
        EngineKind.ClamAv => "clamav",
        EngineKind.Rspamd => "rspamd",
        EngineKind.SpamAssassin => "spamassassin",
        _ => "icap",
    };

    /// <summary>Whether it looks for viruses; otherwise it scores.</summary>
    public bool FindsViruses => Kind is EngineKind.ClamAv or EngineKind.Icap;
}

/// <summary>The engines that scan messages. Immutable.</summary>
public sealed record EnginesSettings
{
    /// <summary>The engines, each kind at most once.</summary>
    public IReadOnlyList<EngineSettings> All { get; init; } = [];

    /// <summary>How long all of them together may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
