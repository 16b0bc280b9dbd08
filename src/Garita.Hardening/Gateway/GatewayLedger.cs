using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayLedger : GatewaySettingsCheck
{
    public override string Id => "garita-ledger";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Decisions are kept long enough to be asked for";

    public override string Why => "An attack is often noticed weeks later; what was let in from where is then in the ledger or nowhere.";

    public override IReadOnlyList<string> References => ["NIST SP 800-92 §4.2", "NIST SP 800-45 §9.1"];

    public override string Expected => "[ledger] keep of a week or more";

    public override string Mend => "keep = \"30 d\" in [ledger] and a restart";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var keep = settings.Tables("ledger").Select(static known => known.Table.Text("keep")).FirstOrDefault() ?? "30 d";
        var words = Text.Words(keep);
        var number = string.Concat(keep.TakeWhile(char.IsAsciiDigit));
        var unit = words.Length > 1 ? words[1] : keep[number.Length..];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            throw new CannotLookException($"[ledger] keep = \"{keep}\" is no duration");
        var days = unit switch { "d" => count, "h" => count / 24.0, "min" => count / 1440.0, _ => 0 };
        return days >= 7 ? Finding.Pass($"keep = \"{keep}\"") : Finding.Warning($"keep = \"{keep}\"");
    }
}
