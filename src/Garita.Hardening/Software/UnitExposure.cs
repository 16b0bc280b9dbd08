using Garita.Hardening.Host;
using System.Globalization;
using System.Text.Json;

namespace Garita.Hardening.Software;

internal sealed class UnitExposure : Check
{
    private static readonly string[] Exposed = ["garita", "postfix", "exim4", "sendmail", "dovecot", "opensmtpd", "rspamd", "clamav", "spamd", "spamassassin", "opendkim", "named", "unbound", "slapd", "apache2", "nginx"];

    public override string Id => "unit-exposure";

    public override Measure Measure => Measure.Software;

    public override string Title => "Services that are exposed are fenced in by systemd";

    public override string Why => "When a daemon is broken into, the fence decides whether the host is.";

    public override IReadOnlyList<string> References => ["Lynis BOOT-5264", "NIST SP 800-45 §5.1"];

    public override string Expected => "systemd-analyze security: Garita at most 2.0, other mail and network services at most 8.0";

    public override string Mend => "systemctl edit the unit: NoNewPrivileges, ProtectSystem, ProtectHome, PrivateTmp, RestrictAddressFamilies, SystemCallFilter …, as far as it bears them";

    public override Finding Look(View host)
    {
        var text = host.Ask("systemd-analyze", "security", "--no-pager", "--json=short");
        var found = new List<(string Unit, double Exposure)>();
        try
        {
            using var document = JsonDocument.Parse(text);
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                var unit = entry.GetProperty("unit").GetString() ?? "";
                var exposure = entry.GetProperty("exposure");
                // A string in some versions, a number in others.
                var value = exposure.ValueKind == JsonValueKind.String ? double.Parse(exposure.GetString()!, CultureInfo.InvariantCulture) : exposure.GetDouble();
                if (Exposed.Any(name => unit.StartsWith(name, StringComparison.Ordinal)))
                    found.Add((unit, value));
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CannotLookException("systemd-analyze says what this check does not understand", e);
        }
        if (found.Count == 0)
            return Finding.NotApplicable("none of the services that this check knows runs here");
        var open = found.Where(static known => known.Exposure > Most(known.Unit)).ToArray();
        return open.Length > 0 ? Finding.Warning(Say(open)) : Finding.Pass(Say(found));
    }

    private static double Most(string unit) => unit.StartsWith("garita", StringComparison.Ordinal) ? 2.0 : 8.0;

    private static string Say(IEnumerable<(string Unit, double Exposure)> units) =>
        string.Join(", ", units.OrderByDescending(static known => known.Exposure).Select(static known => string.Create(CultureInfo.InvariantCulture, $"{known.Unit} {known.Exposure:0.0}")));
}
