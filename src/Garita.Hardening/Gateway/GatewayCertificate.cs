using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayCertificate : GatewaySettingsCheck
{
    private const int Days = 14;

    public override string Id => "garita-certificate";

    public override Measure Measure => Measure.Updates;

    public override string Title => "Garita's certificates are valid, and renewed in time";

    public override string Why => "From the day a certificate expires servers that verify it keep their mail, and notice only after days.";

    public override IReadOnlyList<string> References => ["RFC 5280 §4.1.2.5", "NIST SP 800-52r2 §3.2"];

    public override string Expected => string.Create(CultureInfo.InvariantCulture, $"each [[certificate]] is valid now and for more than {Days} days");

    public override string Mend => "renew it (certbot renew --dry-run shows why it is not); Garita takes the new file by itself";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var paths = settings.Tables("certificate").Select(static known => known.Table.Text("certificate")).OfType<string>().Select(settings.Absolute).Distinct(StringComparer.Ordinal).ToArray();
        if (paths.Length == 0)
            return Finding.NotApplicable("no [[certificate]]: Garita makes its own");
        var (fails, warnings, good) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var path in paths)
        {
            var text = host.Read(path) ?? throw new CannotLookException(path + " is missing");
            var (from, until) = Validity(path, text);
            var left = until - host.Now;
            var shown = string.Create(CultureInfo.InvariantCulture, $"{path} is valid until {until:yyyy-MM-dd}");
            if (left <= TimeSpan.Zero)
                fails.Add(string.Create(CultureInfo.InvariantCulture, $"{path} expired on {until:yyyy-MM-dd}"));
            else if (from > host.Now)
                fails.Add(string.Create(CultureInfo.InvariantCulture, $"{path} is not valid before {from:yyyy-MM-dd}"));
            else if (left <= TimeSpan.FromDays(Days))
                warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{shown}, {Math.Floor(left.TotalDays):0} days"));
            else
                good.Add(shown);
        }
        return Judge(fails, warnings, string.Join("; ", good));
    }

    /// <summary>The first of the file is the one that is shown; what stands behind it is its chain.</summary>
    private static (DateTimeOffset From, DateTimeOffset Until) Validity(string path, string text)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(text);
            return (new DateTimeOffset(certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero), new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero));
        }
        catch (CryptographicException exception)
        {
            throw new CannotLookException(path + " holds no certificate in PEM", exception);
        }
    }
}
