using Garita.Hardening.Physical;
using Xunit;

namespace Garita.Hardening.Tests.Physical;

/// <summary>More than one way to be wrong, and ways to look right.</summary>
public sealed class PhysicalTests
{
    [Theory]
    [InlineData("set superusers=\"admin\"\npassword admin secret\n")]
    [InlineData("set superusers=\"\"\npassword_pbkdf2 admin grub.pbkdf2.sha512.10000.AB.CD")]
    [InlineData("#set superusers=\"admin\"\npassword_pbkdf2 admin grub.pbkdf2.sha512.10000.AB.CD\n")]
    [InlineData("set superusers=\"admin\"\n# password_pbkdf2 admin grub.pbkdf2.sha512.10000.AB.CD\n")]
    [InlineData("set superusers=\"admin\"\npassword_pbkdf2 admin secret\n")]
    public void A_boot_loader_with_half_a_password_has_none(string text) => Assert.Equal(Outcome.Fail, Look(new BootLoaderPassword(), root => root.File("/boot/grub/grub.cfg", text)));

    [Fact]
    public void A_boot_loader_that_asks_at_each_start_is_told_of() =>
        Assert.Equal(Outcome.Warning, Look(new BootLoaderPassword(), root => root.File("/boot/grub/grub.cfg", PhysicalCases.Password.Replace("--unrestricted ", "", StringComparison.Ordinal))));

    [Theory]
    [InlineData("default debian\neditor  no", Outcome.Pass)]
    [InlineData("default debian\n#editor no\n", Outcome.Fail)]
    [InlineData("editor no\neditor yes\n", Outcome.Fail)]
    public void The_editor_of_systemd_boot(string text, Outcome expected) => Assert.Equal(expected, Look(new BootLoaderPassword(), root => root.File("/boot/loader/loader.conf", text)));

    [Fact]
    public void The_boot_loaders_settings_of_somebody_else() => Assert.Equal(Outcome.Fail, Look(new BootLoaderFile(), root => root.File("/boot/grub/grub.cfg", "", 0x180, user: 1000)));

    [Theory]
    [InlineData("root::19000::::::\n", "", Outcome.Fail)]
    [InlineData("root:$y$j9T$abc:19000::::::\n", "[Service]\nExecStart=\nExecStart=-/bin/bash\n", Outcome.Fail)]
    [InlineData("root:*:19000::::::\n", "[Service]\nEnvironment=\"SYSTEMD_SULOGIN_FORCE=yes\"", Outcome.Fail)]
    [InlineData("root:*:19000::::::\n", "[Service]\nEnvironment=SYSTEMD_SULOGIN_FORCE=0\n", Outcome.Pass)]
    [InlineData("root:*:19000::::::\n", "[Service]\n# ExecStart=-/bin/bash\n", Outcome.Pass)]
    public void Rescue_mode(string shadow, string dropIn, Outcome expected) => Assert.Equal(expected, Look(new RescuePassword(), root => root
        .File("/etc/shadow", shadow).File("/lib/systemd/system/emergency.service", "[Service]\nExecStart=-/lib/systemd/systemd-sulogin-shell emergency\n").File("/etc/systemd/system/emergency.service.d/x.conf", dropIn)));

    [Fact]
    public void A_later_drop_in_wins_and_the_same_name_in_etc_hides_it()
    {
        static PreparedRoot Root() => new PreparedRoot().File("/lib/systemd/system/ctrl-alt-del.target", "").File("/usr/lib/systemd/system.conf.d/50-burst.conf", "[Manager]\nCtrlAltDelBurstAction=none\n");
        var check = new CtrlAltDelBurst();
        Assert.Equal(Outcome.Pass, check.Look(CheckCases.Seen(Root())).Outcome);
        Assert.Equal(Outcome.Fail, check.Look(CheckCases.Seen(Root().File("/etc/systemd/system.conf.d/60.conf", "[Manager]\nCtrlAltDelBurstAction = reboot-force"))).Outcome);
        Assert.Equal(Outcome.Fail, check.Look(CheckCases.Seen(Root().Link("/etc/systemd/system.conf.d/50-burst.conf", "/dev/null"))).Outcome);
        Assert.Equal(Outcome.Fail, check.Look(CheckCases.Seen(Root().File("/etc/systemd/system.conf.d/50-burst.conf", "[Other]\nCtrlAltDelBurstAction=none\n"))).Outcome);
    }

    [Theory]
    [InlineData("0", Outcome.Pass)]
    [InlineData("20", Outcome.Pass)]
    [InlineData("1", Outcome.Fail)]
    [InlineData("176", Outcome.Fail)]
    public void Commands_of_the_keyboard(string value, Outcome expected) => Assert.Equal(expected, Look(new MagicSysRq(), root => root.Kernel("kernel.sysrq", value)));

    [Fact]
    public void A_setting_that_an_image_leaves_to_its_kernel_is_unknown() => Assert.Throws<CannotLookException>(() => Look(new MagicSysRq(), static root => root.Folder("/etc/sysctl.d")));

    [Fact]
    public void A_kernel_without_such_commands() => Assert.Equal(Outcome.NotApplicable, Look(new MagicSysRq(), static root => root.Kernel("kernel.osrelease", "6.1")));

    [Fact]
    public void A_repair_of_a_kernel_setting_wins_over_sysctl_conf_too()
    {
        var root = new PreparedRoot().File("/etc/sysctl.conf", "kernel/sysrq=1");
        foreach (var change in new MagicSysRq().Repair(CheckCases.Seen(root))!.Changes)
            AppliedChanges.Apply(root, change);
        Assert.Equal(Outcome.Pass, new MagicSysRq().Look(CheckCases.Seen(root)).Outcome);
    }

    [Theory]
    [InlineData("ro quiet systemd.debug-shell=1", Outcome.Fail)]
    [InlineData("ro quiet systemd.debug_shell", Outcome.Fail)]
    [InlineData("ro quiet systemd.debug-shell=0", Outcome.Pass)]
    public void A_debug_shell_by_the_command_line(string line, Outcome expected) =>
        Assert.Equal(expected, Look(new DebugShell(), root => root.File("/lib/systemd/system/debug-shell.service", "").File("/proc/cmdline", line).Live()));

    [Theory]
    [InlineData("install thunderbolt /bin/false\n", Outcome.Pass)]
    [InlineData("install   thunderbolt\t/bin/true", Outcome.Pass)]
    [InlineData("install thunderbolt \\\n/bin/false\n", Outcome.Pass)]
    [InlineData("blacklist thunderbolt\n", Outcome.Fail)]
    [InlineData("install thunderbolt /sbin/modprobe --ignore-install thunderbolt\ninstall thunderbolt /bin/false\n", Outcome.Fail)]
    [InlineData("install thunderbolt-net /bin/false\n", Outcome.Fail)]
    public void A_module_is_blocked_by_its_first_install_command_only(string text, Outcome expected) =>
        Assert.Equal(expected, Look(new Thunderbolt(), root => root.File("/etc/modprobe.d/x.conf", text).File("/lib/modules/6.1/modules.dep", "kernel/drivers/thunderbolt/thunderbolt.ko.zst:")));

    [Fact]
    public void A_module_that_is_loaded_or_built_in_is_not_blocked_by_a_line()
    {
        Assert.Equal(Outcome.Fail, Look(new Thunderbolt(), static root => root.File("/etc/modprobe.d/x.conf", "install thunderbolt /bin/false").File("/proc/modules", "thunderbolt 491520 0 - Live 0x0\n").Live()));
        Assert.Equal(Outcome.Fail, Look(new Thunderbolt(), static root => root.File("/etc/modprobe.d/x.conf", "install thunderbolt /bin/false").File("/lib/modules/6.1/modules.builtin", "kernel/drivers/thunderbolt/thunderbolt.ko\n")));
    }

    [Fact]
    public void A_file_that_modprobe_does_not_read_blocks_nothing() => Assert.Equal(Outcome.Fail, Look(new Thunderbolt(), static root => root.File("/etc/modprobe.d/x.conf.off", "install thunderbolt /bin/false")));

    [Fact]
    public void No_repair_goes_behind_somebody_elses_install_command() =>
        Assert.Null(new Thunderbolt().Repair(CheckCases.Seen(new PreparedRoot().File("/etc/modprobe.d/x.conf", "install thunderbolt /sbin/modprobe -i thunderbolt"))));

    [Fact]
    public void A_loaded_module_is_unloaded_and_loaded_again_by_undo()
    {
        var repair = new Thunderbolt().Repair(CheckCases.Seen(new PreparedRoot().File("/proc/modules", "thunderbolt 491520 0 - Live 0x0").Live()));
        var tool = Assert.IsType<Garita.Hardening.Repairs.RunTool>(repair!.Changes[1]);
        Assert.Equal(["-r", "thunderbolt"], tool.Arguments);
        Assert.Equal(["modprobe", "-a", "thunderbolt"], tool.Undo);
    }

    [Theory]
    [InlineData("ImplicitPolicyTarget=allow\n", Outcome.Fail)]
    [InlineData("ImplicitPolicyTarget=block", Outcome.Pass)]
    public void A_guard_of_USB_that_lets_all_in(string text, Outcome expected) => Assert.Equal(expected, Look(new UsbAuthorization(), root => root
        .File("/lib/systemd/system/usbguard.service", "").Link("/etc/systemd/system/basic.target.wants/usbguard.service", "/lib/systemd/system/usbguard.service").File("/etc/usbguard/usbguard-daemon.conf", text)));

    [Fact]
    public void An_IOMMU_of_a_virtual_machine_is_its_hosts() =>
        Assert.Equal(Outcome.NotApplicable, Look(new Iommu(), static root => root.File("/proc/cpuinfo", "flags : fpu hypervisor\n").File("/proc/cmdline", "ro").Live()));

    [Fact]
    public void An_IOMMU_that_is_turned_off() => Assert.Equal(Outcome.Fail, Look(new Iommu(), static root => root.Folder("/sys/class/iommu/dmar0").File("/proc/cmdline", "ro intel_iommu=off").Live()));

    [Fact]
    public void Firmware_is_seen_on_the_running_system_only()
    {
        Assert.Throws<CannotLookException>(static () => Look(new SecureBoot(), static _ => { }));
        Assert.Throws<CannotLookException>(static () => Look(new Wireless(), static root => root.Folder("/sys/class/net/eth0")));
        Assert.Equal(Outcome.Fail, Look(new SecureBoot(), static root => root.Folder("/sys/firmware/acpi").Live()));
    }

    [Theory]
    [InlineData("TMOUT=900\nreadonly TMOUT\n", Outcome.Pass)]
    [InlineData("readonly TMOUT=900 ; export TMOUT", Outcome.Pass)]
    [InlineData("declare -xr TMOUT=300", Outcome.Pass)]
    [InlineData("TMOUT=900\nexport TMOUT\n", Outcome.Fail)]
    [InlineData("readonly TMOUT=0\n", Outcome.Fail)]
    [InlineData("readonly TMOUT=3600\n", Outcome.Fail)]
    [InlineData("readonly TMOUT=$X\n", Outcome.Fail)]
    public void A_shells_timeout(string text, Outcome expected) => Assert.Equal(expected, Look(new ShellTimeout(), root => root.File("/etc/profile.d/t.sh", text)));

    [Fact]
    public void A_timeout_in_a_file_that_no_shell_reads_or_against_another() => Assert.Multiple(
        static () => Assert.Equal(Outcome.Fail, Look(new ShellTimeout(), static root => root.File("/etc/profile.d/t.sh.bak", "readonly TMOUT=900"))),
        static () => Assert.Equal(Outcome.Fail, Look(new ShellTimeout(), static root => root.File("/etc/profile.d/t.sh", "readonly TMOUT=900").File("/etc/bash.bashrc", "TMOUT=0"))));

    [Theory]
    [InlineData("data UUID=1 none luks\n", "/dev/mapper/data / ext4 defaults 0 1\n", Outcome.Pass)]
    [InlineData("swap /dev/sda2 /dev/urandom swap\n", "/dev/sda1 / ext4 defaults 0 1\n", Outcome.Fail)]
    [InlineData("# data UUID=1 none luks\n", "/dev/mapper/data / ext4 defaults 0 1\n", Outcome.Fail)]
    public void Disks_of_an_image(string crypttab, string fstab, Outcome expected) =>
        Assert.Equal(expected, Look(new DiskEncryption(), root => root.File("/etc/crypttab", crypttab).File("/etc/fstab", fstab).Folder("/var/spool")));

    [Fact]
    public void A_volume_that_an_image_cannot_trace_is_unknown() =>
        Assert.Throws<CannotLookException>(static () => Look(new DiskEncryption(), static root => root.File("/etc/crypttab", "data UUID=1 none luks").File("/etc/fstab", "/dev/vg/root / ext4 defaults 0 1")));

    [Fact]
    public void A_plain_disk_under_one_folder_is_enough_to_fail() => Assert.Equal(Outcome.Fail, Look(new DiskEncryption(), static root => root.Folder("/etc").Folder("/var/mail").Live()
        .File("/proc/self/mountinfo", "25 1 254:0 / / rw - ext4 /dev/mapper/root rw\n26 25 8:17 / /var/mail rw - ext4 /dev/sdb1 rw\n")
        .Link("/dev/mapper/root", "../dm-0").File("/sys/class/block/dm-0/dm/uuid", "CRYPT-LUKS2-a").Folder("/sys/class/block/sdb1")));

    private static Outcome Look(Check check, Action<PreparedRoot> prepare)
    {
        var root = new PreparedRoot();
        prepare(root);
        return check.Look(CheckCases.Seen(root)).Outcome;
    }
}
