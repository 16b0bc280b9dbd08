using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Kinds;

/// <summary>Kernel modules that nobody may load. A <c>blacklist</c> line is not enough: it stops automatic loading only.</summary>
internal abstract class ModuleBlockedCheck : Check
{
    /// <summary>Their names, as modprobe.d has them.</summary>
    protected abstract IReadOnlyList<string> Modules { get; }

    /// <summary>What may stop working when they are blocked.</summary>
    protected abstract string WhatMayBreak { get; }

    /// <summary>How much that is.</summary>
    protected virtual Risk Risk => Risk.Low;

    public override string Expected => $"\"install NAME /bin/false\" in modprobe.d, and not loaded: {string.Join(", ", Modules)}";

    public override string Mend => $"write \"install NAME /bin/false\" into {DropIn} for {string.Join(", ", Modules)}, then modprobe -r what is loaded";

    private string DropIn => $"/etc/modprobe.d/garita-{Id}.conf";

    public override Finding Look(View host)
    {
        var commands = KernelModules.InstallCommands(host);
        var (loadable, builtIn) = KernelModules.Installed(host);
        var loaded = KernelModules.Loaded(host);
        var faults = new List<string>();
        foreach (var module in Modules.Select(KernelModules.Name))
        {
            if (loaded.Contains(module))
                faults.Add($"{module} is loaded");
            else if (builtIn.Contains(module))
                faults.Add($"{module} is part of the kernel and cannot be blocked");
            else if (commands.TryGetValue(module, out var command) ? !KernelModules.LoadsNothing(command) : loadable?.Contains(module) != false)
                faults.Add(command is null ? $"{module} may be loaded" : $"{module} is loaded by \"{command}\"");
        }
        return faults.Count > 0 ? Finding.Fail(string.Join("; ", faults)) : Finding.Pass($"blocked, or no kernel here has them: {string.Join(", ", Modules)}");
    }

    public override Repair? Repair(View host)
    {
        // The first install command counts: one of somebody else may come before ours, and then a person has to decide.
        var commands = KernelModules.InstallCommands(host);
        if (Modules.Any(module => commands.TryGetValue(KernelModules.Name(module), out var command) && !KernelModules.LoadsNothing(command)))
            return null;
        var loaded = KernelModules.Loaded(host);
        var builtIn = KernelModules.Installed(host).BuiltIn;
        if (Modules.All(module => builtIn.Contains(KernelModules.Name(module))))
            return null;
        string[] unload = [.. Modules.Where(module => loaded.Contains(KernelModules.Name(module)))];
        return new Repair(
            Risk,
            WhatMayBreak,
            [
                new PutFile(DropIn, $"# {Title}\n" + string.Concat(Modules.Select(static module => $"install {module} /bin/false\n"))),
                .. unload.Length > 0 ? [new RunTool("modprobe", ["-r", .. unload]) { Undo = ["modprobe", "-a", .. unload] }] : Array.Empty<Change>(),
            ]);
    }
}
