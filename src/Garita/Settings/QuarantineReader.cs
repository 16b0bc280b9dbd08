using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Reads <c>[tenant.quarantine]</c>.</summary>
internal static class QuarantineReader
{
    private const string UrlExpected = "an https address without query, such as \"https://garita.example.com/release\"";

    public static QuarantineSettings Read(TableReader? table)
    {
        var usual = new QuarantineSettings();
        if (table is null)
            return usual;
        var settings = new QuarantineSettings
        {
            Keep = table.Duration("keep", TimeSpan.FromHours(1), TimeSpan.FromDays(3650), usual.Keep),
            MaxSize = table.Size("max_size", 1L << 20, 1L << 50) ?? usual.MaxSize,
            Digest = table.Flag("digest", usual.Digest),
            DigestUrl = Url(table),
        };
        if (settings is { Digest: true, DigestUrl: null })
            table.Error(table.PlaceOf("digest"), $"{table.Path}.digest needs digest_url, expected {UrlExpected}");
        return settings;
    }

    private static Uri? Url(TableReader table)
    {
        if (table.Text("digest_url", UrlExpected) is not { } node)
            return null;
        var text = (string)node.Value;
        // It stands on a line of a mail: ASCII, and not long.
        if (text.Length <= 200 && System.Text.Ascii.IsValid(text) && Uri.TryCreate(text, UriKind.Absolute, out var url) && string.Equals(url.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal)
            && url.Query.Length == 0 && url.Fragment.Length == 0 && url.UserInfo.Length == 0)
            return url;
        table.Wrong("digest_url", node, UrlExpected);
        return null;
    }
}
