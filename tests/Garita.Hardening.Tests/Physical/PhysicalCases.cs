using Garita.Hardening.Physical;

namespace Garita.Hardening.Tests.Physical;

internal static class PhysicalCases
{
    internal const string Password = "set superusers=\"admin\"\npassword_pbkdf2 admin grub.pbkdf2.sha512.10000.AB.CD\nmenuentry 'Debian' --unrestricted {\n\tlinux /vmlinuz root=/dev/sda1 ro quiet\n}\n";
    internal const string NoPassword = "menuentry 'Debian' {\n\tlinux /vmlinuz root=/dev/sda1 ro quiet\n}\n";
    private const string SecureBoot = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    private const string Rescue = "[Unit]\nDescription=Rescue Shell\n[Service]\nEnvironment=HOME=/root\nExecStart=-/lib/systemd/systemd-sulogin-shell rescue\n";

    public static IReadOnlyList<CheckCase> All { get; } =
    [
        new(new CtrlAltDel(),
            root => root.Link("/etc/systemd/system/ctrl-alt-del.target", "/dev/null"),
            root => root.File("/lib/systemd/system/ctrl-alt-del.target", "[Unit]\n")),
        new(new BootLoaderPassword(),
            root => root.File("/boot/grub/grub.cfg", Password),
            root => root.File("/boot/grub/grub.cfg", NoPassword)),
        new(new BootLoaderFile(),
            root => root.File("/boot/grub/grub.cfg", "", 0x180 /* 0600 */),
            root => root.File("/boot/grub/grub.cfg", "", 0x124 /* 0444 */)),
        new(new RescuePassword(),
            root => root.File("/etc/shadow", "root:!:19000::::::\n").File("/lib/systemd/system/rescue.service", Rescue),
            root => root.File("/etc/shadow", "root:!:19000::::::\n").File("/lib/systemd/system/rescue.service", Rescue)
                .File("/etc/systemd/system/rescue.service.d/open.conf", "[Service]\nEnvironment=SYSTEMD_SULOGIN_FORCE=1")),
        new(new CtrlAltDelBurst(),
            root => root.File("/lib/systemd/system/ctrl-alt-del.target", "").File("/etc/systemd/system.conf", "[Manager]\n#CtrlAltDelBurstAction=reboot-force\nCtrlAltDelBurstAction=none\n"),
            root => root.File("/lib/systemd/system/ctrl-alt-del.target", "").File("/etc/systemd/system.conf", "[Manager]\n#CtrlAltDelBurstAction=none\n")),
        new(new MagicSysRq(),
            root => root.Kernel("kernel.sysrq", "16"),
            root => root.File("/etc/sysctl.d/10-magic.conf", "kernel.sysrq = 438\n")),
        new(new DebugShell(),
            root => root.File("/lib/systemd/system/debug-shell.service", "").File("/boot/grub/grub.cfg", NoPassword),
            root => root.File("/lib/systemd/system/debug-shell.service", "").Link("/etc/systemd/system/sysinit.target.wants/debug-shell.service", "/lib/systemd/system/debug-shell.service")),
        new(new UsbStorage(),
            root => root.File("/lib/modules/6.1.0-40-amd64/modules.dep", "kernel/drivers/usb/storage/usb-storage.ko:\nkernel/drivers/usb/storage/uas.ko: kernel/drivers/usb/storage/usb-storage.ko\n")
                .File("/etc/modprobe.d/usb.conf", "install usb_storage /bin/false\ninstall uas /bin/true"),
            root => root.File("/lib/modules/6.1.0-40-amd64/modules.dep", "kernel/drivers/usb/storage/usb-storage.ko:\n").File("/etc/modprobe.d/usb.conf", "blacklist usb-storage\n")),
        new(new FireWire(),
            root => root.File("/lib/modules/6.1.0-40-amd64/modules.dep", "kernel/fs/ext4/ext4.ko:\n"),
            root => root.File("/lib/modules/6.1.0-40-amd64/modules.dep", "kernel/drivers/firewire/firewire-core.ko.xz:\n")),
        new(new Thunderbolt(),
            root => root.File("/etc/modprobe.d/bolt.conf", "install thunderbolt /usr/bin/false\n"),
            root => root.File("/etc/modprobe.d/bolt.conf", "# install thunderbolt /usr/bin/false\n")),
        new(new UsbAuthorization(),
            root => root.File("/sys/bus/usb/devices/usb1/authorized_default", "2\n").Live(),
            root => root.File("/sys/bus/usb/devices/usb1/authorized_default", "1\n").File("/etc/default/grub", "").Live()),
        new(new Iommu(),
            root => root.Folder("/sys/class/iommu/dmar0").File("/proc/cmdline", "root=/dev/sda1\n").Live(),
            root => root.File("/proc/cpuinfo", "flags\t\t: fpu vme\n").File("/proc/cmdline", "root=/dev/sda1\n").Live()),
        new(new SecureBoot(),
            root => root.File(SecureBoot, "\u0006\0\0\0\u0001").Live(),
            root => root.File(SecureBoot, "\u0006\0\0\0\0").Live()),
        new(new Wireless(),
            root => root.Folder("/sys/class/net/eth0").Live(),
            root => root.Folder("/sys/class/net/eth0").Folder("/sys/class/net/wlan0/wireless").Live()),
        new(new Bluetooth(),
            root => root.File("/lib/systemd/system/bluetooth.service", ""),
            root => root.File("/lib/systemd/system/bluetooth.service", "").Link("/etc/systemd/system/bluetooth.target.wants/bluetooth.service", "/lib/systemd/system/bluetooth.service")),
        new(new Automount(),
            root => root.Folder("/etc/systemd/system"),
            root => root.File("/lib/systemd/system/udisks2.service", "").Link("/etc/systemd/system/graphical.target.wants/udisks2.service", "/lib/systemd/system/udisks2.service")),
        new(new ConsoleAutologin(),
            root => root.File("/lib/systemd/system/getty@.service", "[Service]\nExecStart=-/sbin/agetty -o '-p -- \\\\u' --noclear - $TERM\n"),
            root => root.File("/lib/systemd/system/getty@.service", "[Service]\nExecStart=-/sbin/agetty -o '-p -- \\\\u' --noclear - $TERM\n")
                .File("/etc/systemd/system/getty@tty1.service.d/auto.conf", "[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin root --noclear %I $TERM")),
        new(new ShellTimeout(),
            root => root.File("/etc/profile.d/tmout.sh", "TMOUT=600; readonly TMOUT; export TMOUT"),
            root => root.File("/etc/profile", "# TMOUT=600\numask 022\n")),
        new(new DiskEncryption(),
            root => root.Folder("/etc").Folder("/var/spool").Live().File("/proc/self/mountinfo", "25 1 254:1 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw\n")
                .Link("/dev/mapper/vg-root", "../dm-1").Folder("/sys/class/block/dm-1/slaves/dm-0").File("/sys/class/block/dm-1/dm/uuid", "LVM-abc\n").File("/sys/class/block/dm-0/dm/uuid", "CRYPT-LUKS2-abc\n"),
            root => root.Folder("/etc").Live().File("/proc/self/mountinfo", "25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n").Folder("/sys/class/block/sda1")),
    ];
}
