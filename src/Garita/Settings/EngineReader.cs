using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Reads <c>[engines]</c>.</summary>
/// <param name="absolute">Makes a path of the file absolute.</param>
internal sealed class EngineReader(Func<string, string> absolute)
{
    public EnginesSettings Read(TableReader? table)
    {
        var defaults = new EnginesSettings();
        if (table is null)
            return defaults;
        EngineSettings?[] all =
        [
            Engine(table.Table("clamav"), EngineKind.ClamAv, 50L << 20),
            Engine(table.Table("icap"), EngineKind.Icap, 50L << 20),
            Engine(table.Table("rspamd"), EngineKind.Rspamd, 50L << 20),
            // spamc(1): its own default; larger messages cost it minutes.
            Engine(table.Table("spamassassin"), EngineKind.SpamAssassin, 500L << 10),
        ];
        return new EnginesSettings
        {
            All = [.. all.OfType<EngineSettings>()],
            // Within the sender's patience (RFC 1047) the mail server has to answer too.
            Timeout = table.Duration("timeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), defaults.Timeout),
        };
    }

    private EngineSettings? Engine(TableReader? table, EngineKind kind, long maxSize)
    {
        const string Expected = "HOST:PORT, [IPV6]:PORT or unix:PATH";
        if (table?.RequiredText("address", Expected) is not { } node)
            return null;
        if (NetworkText.TryBackend((string)node.Value, absolute, out var address) is not null || address!.IsLmtp)
        {
            table.Wrong("address", node, Expected);
            return null;
        }

        return new EngineSettings
        {
            Kind = kind,
            Address = address,
            Path = kind == EngineKind.Icap ? ServicePath(table) : "",
            PasswordFile = kind == EngineKind.Rspamd && table.Text("password_file", "the path of a file with Rspamd's password") is { } file ? absolute((string)file.Value) : null,
            WhenDown = table.Choice<WhenEngineDown>("when_down", [("defer", WhenEngineDown.Defer), ("skip", WhenEngineDown.Skip)]) ?? WhenEngineDown.Defer,
            Connections = table.Whole("connections", 1, 1000, 10),
            MaxSize = table.Size("max_size", 1L << 10, 1L << 30) ?? maxSize,
        };
    }

    private static string ServicePath(TableReader table)
    {
        const string Expected = "the name of the ICAP service such as \"avscan\"";
        if (table.RequiredText("service", Expected) is not { } node)
            return "";
        var text = ((string)node.Value).TrimStart('/');
        // RFC 3986 §3.3: what a path is made of; nothing that could end the line.
        if (text.Length is > 0 and <= 200 && text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~' or '/' or '?' or '=' or '&' or '%'))
            return text;
        table.Wrong("service", node, Expected);
        return "";
    }
}
