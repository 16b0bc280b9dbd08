using System.Collections.Frozen;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// What opens by a double click and runs, by extension and by MIME type. Made of what Outlook and Gmail refuse, without what is dangerous only
/// to servers (asp, php) or is data that offices send each other (mdb, pst, crt).
/// </summary>
internal static class KnownExtensions
{
    private const string Executables =
        "exe com scr pif cpl dll ocx sys drv vxd xll bpl msi msp mst msu msix msixbundle appx appxbundle appinstaller application gadget jar jnlp class apk aab xap chm hlp "
        + "app pkg mpkg action workflow command elf run deb rpm snap flatpakref appimage dex diagcab diagcfg diagpkg ex_ ops osd prf nsh xbap vsto wll xpi crx";

    private const string Scripts =
        "js jse mjs vb vbe vbs vbscript ws wsc wsf wsh sct hta ps1 ps1xml ps2 ps2xml psc1 psc2 psm1 psd1 psdm1 msh msh1 msh2 mshxml msh1xml msh2xml bat cmd btm nt reg scf inf ins isp "
        + "msc sh bash csh ksh zsh fish py pyc pyo pyw pyz pyzw pl plx rb rbw tcl lua jsx scpt scptd applescript osascript terminal ahk au3 a3x cnt job theme themepack "
        + "settingcontent-ms appcontent-ms printerexport mad maf mag mam maq mar mas mat mau mav maw mcf mda mdz ade adp mde vsmacros vsw bgi iqy slk rqy oqy xnk grp shs shb";

    private const string Links = "lnk url website desktop webloc inetloc fileloc appref-ms library-ms search-ms searchconnector-ms xrm-ms rdp udl wcx glk";

    private const string Macros = "docm dotm xlsm xltm xlam xla xlb xlm pptm potm ppam ppsm sldm ppa wiz vdw vsdm vssm vstm accde accdr accda";

    private const string DiskImages = "iso img ima udf vhd vhdx vmdk vdi dmg sparseimage sparsebundle toast nrg mdf mds ccd wim esd qcow2";

    private const string Archives = "zip zipx rar r00 r01 7z tar tgz taz gz gzip bz2 tbz tbz2 xz txz lzma tlz lz zst tzst z cab arj ace lzh lha arc war ear xlsx docx pptx docm xlsm pptm odt ods odp jar apk epub";

    private const string Messages = "eml emlx mht mhtml mhtm nws mim mime b64 p7m";

    private static readonly FrozenDictionary<string, AttachmentClass> ClassOf = Make();

    private static readonly FrozenSet<string> ArchiveNames = Archives.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> MessageNames = Messages.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, AttachmentClass> TypeClass = MakeTypes();

    /// <summary>The class of an extension, lower case; null for one that is harmless.</summary>
    internal static AttachmentClass? Of(string extension) => ClassOf.TryGetValue(extension, out var found) ? found : null;

    /// <summary>The class of a MIME type; null for one that is harmless, or says nothing.</summary>
    internal static AttachmentClass? OfType(string type) => TypeClass.TryGetValue(type, out var found) ? found : null;

    internal static bool IsArchive(string extension) => ArchiveNames.Contains(extension);

    /// <summary>Whether a file holds a MIME message.</summary>
    internal static bool IsMessage(string extension) => MessageNames.Contains(extension);

    private static FrozenDictionary<string, AttachmentClass> Make()
    {
        var all = new Dictionary<string, AttachmentClass>(StringComparer.Ordinal);
        foreach (var (list, found) in (ReadOnlySpan<(string, AttachmentClass)>)
            [(Executables, AttachmentClass.Executables), (Scripts, AttachmentClass.Scripts), (Links, AttachmentClass.Links), (Macros, AttachmentClass.Macros), (DiskImages, AttachmentClass.DiskImages)])
        {
            foreach (var extension in list.Split(' '))
                all.TryAdd(extension, found);
        }

        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<string, AttachmentClass> MakeTypes()
    {
        const string Programs =
            "x-msdownload x-msdos-program x-msdos-windows x-dosexec x-executable x-elf x-sharedlib x-mach-binary x-exe x-winexe exe dos-exe vnd.microsoft.portable-executable "
            + "java-archive x-java-archive java-vm x-java-applet x-java-jnlp-file x-msi x-ms-installer x-ms-application vnd.android.package-archive vnd.ms-htmlhelp x-chm x-dex";
        const string Hosts =
            "hta x-sh x-csh x-shellscript x-bat x-vbs x-vbscript vbscript javascript x-javascript ecmascript x-ecmascript jscript x-powershell x-python-code x-perl x-tcl";
        var all = new Dictionary<string, AttachmentClass>(StringComparer.Ordinal);
        foreach (var major in (string[])["application/", "text/"])
        {
            foreach (var type in Programs.Split(' '))
                all[major + type] = AttachmentClass.Executables;
            foreach (var type in Hosts.Split(' '))
                all[major + type] = AttachmentClass.Scripts;
        }

        all["application/x-ms-shortcut"] = AttachmentClass.Links;
        all["application/x-mswinurl"] = AttachmentClass.Links;
        all["application/x-iso9660-image"] = AttachmentClass.DiskImages;
        all["application/x-cd-image"] = AttachmentClass.DiskImages;
        all["application/x-apple-diskimage"] = AttachmentClass.DiskImages;
        all["application/vnd.ms-word.document.macroenabled.12"] = AttachmentClass.Macros;
        all["application/vnd.ms-excel.sheet.macroenabled.12"] = AttachmentClass.Macros;
        all["application/vnd.ms-powerpoint.presentation.macroenabled.12"] = AttachmentClass.Macros;
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
