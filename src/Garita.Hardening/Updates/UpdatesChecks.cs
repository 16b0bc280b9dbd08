namespace Garita.Hardening.Updates;

/// <summary>Measure 2: whether known holes are closed.</summary>
internal static class UpdatesChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new SecurityUpdates(),
        new PackageListsAge(),
        new SecurityRepository(),
        new AutomaticUpdates(),
        new AutomaticUpdatesScope(),
        new RestartAfterUpdates(),
        new AuthenticatedSources(),
        new OneRelease(),
        new RunningKernel(),
        new RebootRequired(),
        new DeletedLibraries(),
        new HeldPackages(),
        new SupportedRelease(),
        new LeftOverSettings(),
        new WholePackages(),
        new ProcessorHoles(),
    ];
}
