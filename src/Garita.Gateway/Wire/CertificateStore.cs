using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Wire;

/// <summary>
/// The certificates: chosen by server name, read again when their files change, without restart. Without any, a self-signed one is made and kept,
/// which is enough for STARTTLS between mail servers (RFC 7435). One options object is shared by all connections; sessions are resumed,
/// since not resuming costs 12 kB and a fifth more processor time for each.
/// </summary>
internal sealed partial class CertificateStore(TimeProvider time, ILogger log) : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    /// <param name="Settings">Where it was read from; null for the self-signed one.</param>
    /// <param name="Options">What handshakes use.</param>
    /// <param name="Leaf">The certificate itself.</param>
    /// <param name="Stamp">Times of the files it was read from.</param>
    /// <param name="Refused">Times of newer files that could not be used; said once, tried again at each look.</param>
    private sealed record Loaded(
        CertificateSettings? Settings, SslServerAuthenticationOptions Options, X509Certificate2 Leaf, (DateTime, DateTime) Stamp, (DateTime, DateTime) Refused = default);

    private readonly Lock _changing = new();
    private volatile List<Loaded> _loaded = [];
    private (string Folder, string Hostname) _own;
    private ITimer? _timer;

    internal bool HasAny => _loaded.Count > 0;

    /// <summary>Reads the certificates of the settings; makes a self-signed one where there is none.</summary>
    /// <exception cref="GatewayStartException">A file cannot be read, or key and certificate do not fit.</exception>
    internal void Apply(GatewaySettings settings)
    {
        var loaded = settings.Certificates.Select(Load).ToList();
        if (loaded.Count == 0 && settings.Listeners.Any(static listener => listener.Tls != ListenerTls.None))
        {
            _own = (settings.DataFolder, settings.Hostname);
            loaded.Add(_loaded is [{ Settings: null } same] ? Own(same) : Own(null));
        }

        lock (_changing)
            _loaded = loaded;
        _timer ??= time.CreateTimer(static self => ((CertificateStore)self!).Refresh(), this, LookInterval, LookInterval);
    }

    /// <summary>Makes a connection TLS with the certificate that fits the name the client asks for.</summary>
    internal Task SecureAsync(ClientConnection connection, HandshakeGate gate)
    {
        var loaded = _loaded;
        return loaded.Count == 1
            ? connection.StartTlsAsync(loaded[0].Options, gate)
            : connection.StartTlsAsync((_, hello, _, _) => ValueTask.FromResult(Choose(loaded, hello.ServerName).Options), gate);
    }

    private static Loaded Choose(List<Loaded> loaded, string? name)
    {
        // Anything can be asked for; what is no host name fits none.
        if (Uri.CheckHostName(name) == UriHostNameType.Dns)
        {
            foreach (var one in loaded)
            {
                if (one.Leaf.MatchesHostname(name!))
                    return one;
            }
        }

        return loaded[0];
    }

    /// <summary>Reads files again that have changed; one that cannot be read leaves the old one in force.</summary>
    internal void Refresh()
    {
        // A reload, or the next look, may come meanwhile: neither may put back what the other has replaced.
        List<Loaded> before, after;
        lock (_changing)
        {
            before = _loaded;
            after = [.. before.Select(Renewed)];
            _loaded = after;
        }

        // Said once it is so.
        foreach (var (old, now) in before.Zip(after))
        {
            if (now.Settings is { } settings && !ReferenceEquals(old.Options, now.Options))
                LogRenewed(log, settings.Certificate, now.Leaf.NotAfter.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private Loaded Renewed(Loaded old)
    {
        if (old.Settings is not { } settings)
            return Own(old);
        var stamp = StampOf(settings);
        if (stamp == old.Stamp)
            return old;
        try
        {
            return Load(settings);
        }
        catch (GatewayStartException e)
        {
            if (stamp != old.Refused)
                LogNotRenewed(log, e.Message);
            return old with { Refused = stamp };
        }
    }

    private static Loaded Load(CertificateSettings settings)
    {
        try
        {
            var stamp = StampOf(settings);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(settings.Certificate);
            var leaf = X509Certificate2.CreateFromPemFile(settings.Certificate, settings.Key);
            return new Loaded(settings, Options(leaf, chain), leaf, stamp);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new GatewayStartException($"certificate {settings.Certificate} with key {settings.Key}: {e.Message}; both must be PEM files that belong together and that this user may read", e);
        }
    }

    private static SslServerAuthenticationOptions Options(X509Certificate2 leaf, X509Certificate2Collection chain) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
        // RFC 8996: nothing below 1.2.
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = false,
        // A client that names another protocol is meant for another service (ALPACA).
        ApplicationProtocols = [new SslApplicationProtocol("smtp")],
    };

    /// <summary>The self-signed one: the one in use, the one that was kept, or a new one.</summary>
    private Loaded Own(Loaded? inUse)
    {
        var now = time.GetUtcNow();
        if (inUse is not null && SelfSigned.IsGood(inUse.Leaf, _own.Hostname, now))
            return inUse;
        var leaf = inUse?.Leaf ?? SelfSigned.Read(_own.Folder);
        if (leaf is null || !SelfSigned.IsGood(leaf, _own.Hostname, now))
        {
            leaf = SelfSigned.Make(_own.Hostname, now, leaf);
            LogSelfSigned(log, _own.Hostname);
            if (SelfSigned.Keep(_own.Folder, leaf) is { } problem)
                LogNotKept(log, _own.Folder, problem);
        }

        return new Loaded(null, Options(leaf, []), leaf, default);
    }

    private static (DateTime, DateTime) StampOf(CertificateSettings settings) => (File.GetLastWriteTimeUtc(settings.Certificate), File.GetLastWriteTimeUtc(settings.Key));

    public void Dispose() => _timer?.Dispose();

    [LoggerMessage(1020, LogLevel.Warning, "no [[certificate]] is set: made a self-signed one for {Hostname}, good enough for STARTTLS between mail servers")]
    private static partial void LogSelfSigned(ILogger log, string hostname);

    [LoggerMessage(1023, LogLevel.Warning, "the self-signed certificate cannot be kept in {Folder}: {Problem}; the next start makes another one")]
    private static partial void LogNotKept(ILogger log, string folder, string problem);

    [LoggerMessage(1021, LogLevel.Information, "certificate {File} was renewed, good until {NotAfter}")]
    private static partial void LogRenewed(ILogger log, string file, string notAfter);

    [LoggerMessage(1022, LogLevel.Error, "a certificate has changed but cannot be used, the old one stays: {Problem}")]
    private static partial void LogNotRenewed(ILogger log, string problem);
}
