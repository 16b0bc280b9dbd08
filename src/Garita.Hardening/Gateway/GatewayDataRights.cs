using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayDataRights : GatewaySettingsCheck
{
    public override string Id => "garita-data-rights";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Mail that Garita holds is for Garita and its administrators alone";

    public override string Why => "Messages in transit, the quarantine and the ledger lie there: who wrote whom, and what.";

    public override IReadOnlyList<string> References => ["CIS 7.1", "NIST SP 800-45 §5.3"];

    public override string Expected => "the data folder is closed to others and not for the group to write (0750 or 0700)";

    public override string Mend => "chmod 0750 for the data folder";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var path = settings.DataFolder;
        if (host.Stat(path) is not { } facts)
            return Finding.NotApplicable($"{path} is not there yet: Garita never ran");
        return Open(facts) ? Finding.Fail($"{path} is {facts.Octal}") : Finding.Pass($"{path} is {facts.Octal}");
    }

    public override Repair? Repair(View host) =>
        GaritaSettings.Read(host) is { } settings && host.Stat(settings.DataFolder) is { } facts && Open(facts)
            ? new(Risk.Low, "Programs that read there as another user (a log shipper, a backup that is not root) cannot any more.", new SetMode(settings.DataFolder, facts.Mode & (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute)))
            : null;

    private static bool Open(FileFacts facts) => (facts.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute)) != UnixFileMode.None;
}
