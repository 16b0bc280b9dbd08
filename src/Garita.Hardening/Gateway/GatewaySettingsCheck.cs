using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

/// <summary>A check of what garita.toml says.</summary>
internal abstract class GatewaySettingsCheck : GatewayCheck
{
    public sealed override Finding Look(View host) => GaritaSettings.Read(host) is { } settings ? Look(host, settings) : Finding.NotApplicable($"no settings of Garita at {GaritaSettings.File(host)}");

    protected abstract Finding Look(View host, GaritaSettings settings);

    /// <summary>Fails, warns or passes, by what there is of each.</summary>
    protected static Finding Judge(IReadOnlyCollection<string> fails, IReadOnlyCollection<string> warnings, string right) =>
        fails.Count > 0 ? Finding.Fail(string.Join("; ", fails.Concat(warnings)))
        : warnings.Count > 0 ? Finding.Warning(string.Join("; ", warnings))
        : Finding.Pass(right);
}
